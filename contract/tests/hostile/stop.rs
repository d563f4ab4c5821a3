//! Peers while a node stops.

use std::time::{Duration, Instant};

use ockam::{Result, route};
use ockam_contract::raw::{Raw, framed};
use ockam_transport::{Extension, TransportMessage};

use crate::besieged::{Besieged, MIB};

/// The deadline of the node's stop, and two seconds.
const LIMIT: Duration = Duration::from_secs(4);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_makes_no_stop_last_longer() -> Result<()> {
    let node = Besieged::serving();
    let question = framed(&TransportMessage {
        onward: route!["echoer"],
        return_route: route!["raw"],
        payload: &[7; 1_000],
        extension: Some(Extension::default()),
        ..TransportMessage::default()
    });
    // One says nothing any more, one asks and does not listen, and one goes on all the time.
    let mut silent = Raw::ours(&node.address).await;
    silent.write(&question).await;
    assert!(silent.next().await.is_some());
    let mut deaf = Raw::ours(&node.address).await;
    deaf.flood(&question, 64 * MIB).await;
    let mut flooding = Raw::ours(&node.address).await;
    let flood = tokio::spawn(async move {
        flooding.flood(&question, usize::MAX).await;
        flooding
    });
    let begin = Instant::now();
    let stopping = tokio::task::spawn_blocking(move || node.stop());
    stopping.await.expect("it ends as any other");
    let took = begin.elapsed();
    assert!(took < LIMIT, "{took:?}");
    flood.abort();
    drop((silent, deaf));
    Ok(())
}
