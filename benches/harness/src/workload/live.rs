use std::sync::Arc;
use std::time::Duration;

use super::times;
use crate::allocations::Allocations;
use crate::clock::Clock;
use crate::framework::Framework;
use crate::ledger::Ledger;
use crate::played::Played;
use crate::station::Idler;

/// A worker is started, told a message, and stopped when it has handled it; when it is gone, comes the
/// next one.
pub(super) async fn one_after_another<F: Framework>(framework: &F, workers: u64) -> Played {
    let clock = Clock::start();
    let mut played = lives(framework, workers).await;
    played.metrics = times("wall", "cpu", clock.spent(), workers).into();
    played
}

/// As [`one_after_another`], with a count of allocations.
pub(super) async fn allocations<F: Framework>(framework: &F, workers: u64) -> Played {
    Allocations::count_from_here();
    let mut played = lives(framework, workers).await;
    let count = Allocations::counted().count;
    played.metrics = vec![("allocations", count as f64 / workers as f64)];
    played
}

async fn lives<F: Framework>(framework: &F, workers: u64) -> Played {
    let ledger = Ledger::new(workers as usize, 0);
    let client = framework.client("sender");
    for number in 0..workers {
        let name = format!("worker-{number}");
        ledger.open_again(1);
        let worker = framework.start_idle(&name, Idler::new(&ledger)).await;
        F::tell_idle(&client, &worker, number).await;
        ledger.all_finished().await;
        framework.stop(worker).await;
        ledger.all_gone().await;
    }
    Played {
        ledger,
        sent: (workers, (0..workers).sum()),
        metrics: Vec::new(),
    }
}

/// Workers are started, until the last one is initialised; then they are told a message each, until the
/// last one is handled; then stopped, until the last one is gone.
pub(super) async fn all_together<F: Framework>(framework: &F, workers: u64) -> Played {
    let ledger = Ledger::new(workers as usize, workers as usize);
    let names = names(workers);
    let client = framework.client("sender");

    let clock = Clock::start();
    let idle = start_all(framework, &ledger, &names).await;
    tell_all::<F>(&client, &ledger, &idle).await;
    stop_all(framework, &ledger, idle).await;
    let spent = clock.spent();

    Played {
        ledger,
        sent: (workers, (0..workers).sum()),
        metrics: times("wall", "cpu", spent, workers).into(),
    }
}

/// Workers are started, one after another, until the last one is initialised; then stopped, until
/// the last one is gone.
pub(super) async fn start_and_stop<F: Framework>(framework: &F, workers: u64) -> Played {
    let ledger = Ledger::new(workers as usize, 0);
    let names = names(workers);

    let clock = Clock::start();
    let idle = start_all(framework, &ledger, &names).await;
    let started = clock.spent();

    let clock = Clock::start();
    stop_all(framework, &ledger, idle).await;
    let stopped = clock.spent();

    let start = times("start_wall", "start_cpu", started, workers);
    let stop = times("stop_wall", "stop_cpu", stopped, workers);
    Played {
        ledger,
        sent: (0, 0),
        metrics: [start, stop].concat(),
    }
}

/// The memory of workers that wait: before their first message, and after it.
pub(super) async fn bytes<F: Framework>(framework: &F, workers: u64) -> Played {
    let ledger = Ledger::new(workers as usize, workers as usize);
    let names = names(workers);
    let client = framework.client("sender");
    // Its places are no worker's.
    let mut idle = Vec::with_capacity(names.len());

    Allocations::count_from_here();
    start_into(&mut idle, framework, &ledger, &names).await;
    let idle_bytes = settled_bytes().await;
    tell_all::<F>(&client, &ledger, &idle).await;
    let told_bytes = settled_bytes().await;
    Allocations::counted();

    stop_all(framework, &ledger, idle).await;
    let each = |bytes: i64| bytes as f64 / workers as f64;
    Played {
        ledger,
        sent: (workers, (0..workers).sum()),
        metrics: vec![
            ("idle_bytes", each(idle_bytes)),
            ("told_bytes", each(told_bytes)),
        ],
    }
}

fn names(workers: u64) -> Vec<String> {
    let numbers = 0..workers;
    numbers.map(|number| format!("worker-{number}")).collect()
}

async fn start_all<F: Framework>(
    framework: &F,
    ledger: &Arc<Ledger>,
    names: &[String],
) -> Vec<F::Idle> {
    let mut idle = Vec::with_capacity(names.len());
    start_into(&mut idle, framework, ledger, names).await;
    idle
}

async fn start_into<F: Framework>(
    idle: &mut Vec<F::Idle>,
    framework: &F,
    ledger: &Arc<Ledger>,
    names: &[String],
) {
    for name in names {
        idle.push(framework.start_idle(name, Idler::new(ledger)).await);
    }
    ledger.all_started().await;
}

async fn tell_all<F: Framework>(client: &F::Client, ledger: &Ledger, idle: &[F::Idle]) {
    for (number, worker) in idle.iter().enumerate() {
        F::tell_idle(client, worker, number as u64).await;
    }
    ledger.all_finished().await;
}

async fn stop_all<F: Framework>(framework: &F, ledger: &Ledger, idle: Vec<F::Idle>) {
    for worker in idle {
        framework.stop(worker).await;
    }
    ledger.all_gone().await;
}

/// The bytes that are allocated when what had to be freed is freed.
async fn settled_bytes() -> i64 {
    tokio::time::sleep(Duration::from_millis(100)).await;
    Allocations::so_far().live_bytes
}
