//! A peer that connects, sends to a worker that handles nothing, and closes, again and again: what it
//! leaves behind is bounded.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ockam_core::{Result, Worker, route};
use ockam_node::{Context, NodeBuilder, WorkerBuilder};
use ockam_transport::StreamTransport;
use tokio::time::sleep;

use crate::chance::Chance;
use crate::history::History;
use crate::host::settings;
use crate::log;
use crate::network::Simulated;
use crate::run::network;
use crate::scenario::HOSTS;

/// How many connections of one IP address there may be.
const PLACES: usize = 4;

/// How often the peer connects.
const VISITS: usize = 30;

/// How many messages it leaves behind each time.
const LEFT: usize = 20;

struct Stuck;

impl Worker for Stuck {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, _: &mut Context, _: Vec<u8>) -> Result<()> {
        pending().await
    }
}

async fn serve(history: Arc<History>, seed: u64) -> turmoil::Result {
    let ctx = NodeBuilder::new()
        .stop_timeout(Duration::from_secs(1))
        .start()
        .await?;
    let stuck = WorkerBuilder::new("stuck", Stuck).mailbox_capacity(1);
    stuck.start(&ctx).await?;
    let token = Arc::new(());
    let network = Simulated::new(&history, 1, false, Chance::new(seed), token.clone());
    let settings = settings().max_connections_per_ip(PLACES);
    let transport = StreamTransport::start(&ctx, network, settings)?;
    transport.listen("0.0.0.0:4000", "stuck").await?;
    sleep(Duration::from_secs(20)).await;
    ctx.stop().await?;
    drop((ctx, transport));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(Arc::strong_count(&token), 1, "what waited is kept for ever");
    Ok(())
}

async fn visit(history: Arc<History>, seed: u64, served: Arc<AtomicUsize>) -> turmoil::Result {
    let ctx = NodeBuilder::new().start().await?;
    let network = Simulated::new(&history, 0, false, Chance::new(!seed), Arc::new(()));
    let transport = StreamTransport::start(&ctx, network, settings())?;
    for _ in 0..VISITS {
        let Ok(connection) = transport.connect("bob:4000").await else {
            continue;
        };
        served.fetch_add(1, Ordering::Relaxed);
        for _ in 0..LEFT {
            let sent = ctx.send_message(route![&connection, "stuck"], vec![7_u8; 100]);
            sent.await?;
        }
        connection.close().await;
    }
    ctx.stop().await?;
    Ok(())
}

#[test]
fn what_a_peer_leaves_behind_is_bounded() {
    log::begin(false);
    for seed in 0..3 {
        let (history, served) = (Arc::new(History::default()), Arc::new(AtomicUsize::new(0)));
        let mut sim = network(seed);
        sim.client(HOSTS[1], serve(history.clone(), seed));
        sim.client(HOSTS[0], visit(history, seed, served.clone()));
        sim.run().expect("nothing else goes wrong");
        let served = served.load(Ordering::Relaxed);
        assert!(
            served <= PLACES,
            "{served} connections have left messages behind"
        );
    }
}
