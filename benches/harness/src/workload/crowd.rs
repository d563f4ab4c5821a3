use std::fs;
use std::time::Duration;

use super::times;
use crate::allocations::Allocations;
use crate::clock::Clock;
use crate::framework::Framework;
use crate::ledger::Ledger;
use crate::payload::Payload;
use crate::played::Played;
use crate::station::Station;

/// Starts so many workers, lets them be idle, and tells each of them a message.
pub(super) async fn told<F: Framework, M: Payload>(framework: &F, workers: u64) -> Played {
    let ledger = Ledger::new(workers as usize, workers as usize);
    let names: Vec<_> = (0..workers)
        .map(|worker| format!("worker-{worker}"))
        .collect();
    let mut to = Vec::with_capacity(names.len());

    let resident = resident_bytes();
    Allocations::count_from_here();
    let clock = Clock::start();
    for name in &names {
        to.push(
            framework
                .start_station::<M>(name, Station::end(&ledger, 1))
                .await,
        );
    }
    ledger.all_started().await;
    let started = clock.spent();
    let idle = settled_bytes().await;
    let resident = resident_bytes() - resident;

    let client = framework.client("sender");
    let clock = Clock::start();
    for (number, to) in to.iter().enumerate() {
        F::tell(&client, to, M::new(number as u64)).await;
    }
    ledger.all_finished().await;
    let told = clock.spent();
    let after = settled_bytes().await;
    Allocations::counted();

    let each = |bytes: i64| bytes as f64 / workers as f64;
    let mut metrics = vec![
        ("idle_bytes", each(idle)),
        ("resident_bytes", each(resident)),
        ("told_bytes", each(after)),
    ];
    metrics.extend(times("start_wall", "start_cpu", started, workers));
    metrics.extend(times("wall", "cpu", told, workers));
    Played {
        ledger,
        sent: (workers, (0..workers).sum()),
        metrics,
    }
}

/// The bytes that are allocated when what had to be freed is freed.
async fn settled_bytes() -> i64 {
    tokio::time::sleep(Duration::from_millis(100)).await;
    Allocations::so_far().live_bytes
}

/// The memory that the process really has. Linux tells it in pages, 4 KiB on what this runs on.
fn resident_bytes() -> i64 {
    let memory = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = memory
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<i64>().ok());
    pages.unwrap_or_default() * 4_096
}
