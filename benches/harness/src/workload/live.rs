use std::time::Duration;

use super::times;
use crate::allocations::Allocations;
use crate::clock::Clock;
use crate::framework::Framework;
use crate::ledger::Ledger;
use crate::payload::Payload;
use crate::play::Played;
use crate::station::{Idler, Station};

/// Workers are started, one after another, until the last one is initialised; then stopped, until
/// the last one is gone.
pub(super) async fn start_and_stop<F: Framework>(framework: &F, workers: u64) -> Played {
    let ledger = Ledger::new(workers as usize, 0);
    let names: Vec<_> = (0..workers)
        .map(|worker| format!("idler-{worker}"))
        .collect();
    let mut idle = Vec::with_capacity(names.len());

    let clock = Clock::start();
    for name in &names {
        idle.push(framework.start_idle(name, Idler::new(&ledger)).await);
    }
    ledger.all_started().await;
    let started = clock.spent();

    let clock = Clock::start();
    for worker in idle {
        framework.stop(worker).await;
    }
    ledger.all_gone().await;
    let stopped = clock.spent();

    let start = times("start_wall", "start_cpu", started, workers);
    let stop = times("stop_wall", "stop_cpu", stopped, workers);
    Played {
        ledger,
        sent: (0, 0),
        metrics: [start, stop].concat(),
    }
}

/// Workers are started and told a message each, until the last one has handled it.
pub(super) async fn start_and_tell<F: Framework, M: Payload>(
    framework: &F,
    workers: u64,
) -> Played {
    let ledger = Ledger::new(workers as usize, workers as usize);
    let names: Vec<_> = (0..workers)
        .map(|worker| format!("worker-{worker}"))
        .collect();
    let client = framework.client("sender");

    let clock = Clock::start();
    for (number, name) in names.iter().enumerate() {
        let station = Station::end(&ledger, 1);
        let to = framework.start_station::<M>(name, station).await;
        F::tell(&client, &to, M::new(number as u64)).await;
        tokio::task::yield_now().await;
    }
    ledger.all_finished().await;
    let spent = clock.spent();

    Played {
        ledger,
        sent: (workers, (0..workers).sum()),
        metrics: times("wall", "cpu", spent, workers).into(),
    }
}

/// The memory of workers that have nothing to do.
pub(super) async fn bytes<F: Framework>(framework: &F, workers: u64) -> Played {
    let ledger = Ledger::new(workers as usize, 0);
    let names: Vec<_> = (0..workers)
        .map(|worker| format!("idler-{worker}"))
        .collect();
    let mut idle = Vec::with_capacity(names.len());

    Allocations::count_from_here();
    for name in &names {
        idle.push(framework.start_idle(name, Idler::new(&ledger)).await);
    }
    ledger.all_started().await;
    // What is freed behind the start is freed by now.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let bytes = Allocations::counted().live_bytes;

    for worker in idle {
        framework.stop(worker).await;
    }
    ledger.all_gone().await;
    Played {
        ledger,
        sent: (0, 0),
        metrics: vec![("bytes", bytes as f64 / workers as f64)],
    }
}
