//! A connection that is not read, because workers hold too much of what has come, and whose peer goes.

use std::future::pending;
use std::time::Duration;

use ockam::{Context, NodeBuilder, Result, TcpTransport, TransportSettings, Worker, async_worker};
use ockam::{Route, route};
use ockam_contract::pace::soon;
use ockam_contract::raw::{Raw, framed, text};
use ockam_transport::TransportMessage;

use crate::log_lines;
use crate::workers::Echoer;

/// Never finishes its first message.
struct Stuck;

#[async_worker]
impl Worker for Stuck {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: Vec<u8>) -> Result<()> {
        pending().await
    }
}

/// Lets a peer take the place of another one, as soon as there is a place.
async fn is_served(address: &str) {
    loop {
        let mut raw = Raw::upstream(address).await;
        raw.write_if_open(&framed(&TransportMessage {
            onward: route!["echoer"],
            return_route: route!["raw"],
            payload: &text("hello"),
            ..TransportMessage::default()
        }))
        .await;
        if raw.next().await.is_some() {
            return;
        }
    }
}

#[tokio::test]
async fn a_peer_that_goes_leaves_its_place() -> Result<()> {
    const MIB: usize = 1024 * 1024;
    log_lines::record();
    let server = NodeBuilder::new().start().await?;
    server.start_worker("stuck", Stuck).await?;
    server.start_worker("echoer", Echoer).await?;
    let settings = TransportSettings::new()
        .max_connections(1)
        .max_waiting(MIB)
        .heartbeat(Duration::from_millis(20))
        .idle_timeout(Duration::from_millis(100));
    let listener = TcpTransport::with_settings(&server, settings)?
        .listen("127.0.0.1:0", ["stuck", "echoer"])
        .await?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    let frame = framed(&TransportMessage {
        onward: Route::from("stuck"),
        payload: &vec![7; MIB],
        ..TransportMessage::default()
    });
    // The node stops to read it before it has got all.
    assert!(raw.flood(&frame, 40 * frame.len()).await < 40 * frame.len());
    drop(raw);
    soon(is_served(listener.local_address())).await;
    server.kill_worker("stuck").await?;
    server.stop().await
}
