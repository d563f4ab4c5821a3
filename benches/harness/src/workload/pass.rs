use std::sync::{Arc, OnceLock};

use super::times;
use crate::clock::Clock;
use crate::framework::Framework;
use crate::ledger::Ledger;
use crate::payload::Payload;
use crate::played::Played;
use crate::station::{Next, Station};

/// So many workers in a ring pass a message on, until `hops` are made. Two workers are ping-pong.
pub(super) async fn around<F: Framework, M: Payload>(
    framework: &F,
    workers: usize,
    hops: u64,
) -> Played {
    let ledger = Ledger::new(workers, 1);
    let to = start_ring::<F, M>(framework, &ledger, workers).await;
    ledger.all_started().await;
    let client = framework.client("sender");

    let clock = Clock::start();
    F::tell(&client, &to[0], M::new(hops - 1)).await;
    ledger.all_finished().await;
    let spent = clock.spent();

    Played {
        ledger,
        sent: (hops, (0..hops).sum()),
        metrics: times("wall", "cpu", spent, hops).into(),
    }
}

/// Starts workers that pass on what they are told, each to the next one and the last to the first.
pub(super) async fn start_ring<F: Framework, M: Payload>(
    framework: &F,
    ledger: &Arc<Ledger>,
    workers: usize,
) -> Vec<F::Tell<M>> {
    let links: Vec<Next<F::Tell<M>>> = (0..workers).map(|_| Arc::new(OnceLock::new())).collect();
    let mut to = Vec::with_capacity(workers);
    for (worker, link) in links.iter().enumerate() {
        let station = Station::pass(ledger, link.clone());
        let name = format!("worker-{worker}");
        to.push(framework.start_station::<M>(&name, station).await);
    }
    for (link, next) in links.iter().zip(to.iter().cycle().skip(1)) {
        assert!(link.set(next.clone()).is_ok(), "each link is set once");
    }
    to
}
