//! Peers that don't speak the protocol, or begin and don't go on.

use std::time::Duration;

use ockam_contract::raw::{Raw, framed, text};
use ockam_transport::TransportMessage;
use tokio::time::sleep;

/// Says what is no frame, and frames with a byte that is not as it was.
pub(crate) async fn bytes(server: String) {
    let frame = framed(&TransportMessage {
        onward: ockam::route!["echoer"],
        return_route: ockam::route!["raw"],
        payload: &text("hello"),
        ..TransportMessage::default()
    });
    for at in 0..frame.len() {
        let mut changed = frame.clone();
        changed[at] ^= 1 << (at % 8);
        let mut raw = Raw::upstream(&server).await;
        raw.write_if_open(&changed).await;
        raw.write_if_open(&frame).await;
    }
    let mut raw = Raw::silent(&server).await;
    raw.write_if_open(b"GET / HTTP/1.1\r\n\r\n").await;
}

/// Begins long frames on many connections, and doesn't finish them.
pub(crate) async fn unfinished(server: String) {
    let mut connections = Vec::new();
    for _ in 0..32 {
        let mut raw = Raw::upstream(&server).await;
        raw.write_if_open(&[0, 0xff, 0, 0]).await;
        raw.write_if_open(&[0x84; 64 * 1024]).await;
        connections.push(raw);
    }
    sleep(Duration::from_secs(5)).await;
}

/// Connects and goes, and connects and is silent.
pub(crate) async fn churn(server: String) {
    for number in 0..200 {
        let mut raw = Raw::silent(&server).await;
        if number % 2 == 0 {
            raw.write_if_open(&[2]).await;
        }
    }
}
