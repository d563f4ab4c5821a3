//! Counts allocations.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam::{Context, NodeBuilder, Result};
use ockam_contract::pace::soon;
use tokio::runtime::Builder;

/// Messages in a round: fewer than a mailbox holds, so that no sender waits for room.
pub(crate) const MESSAGES: u64 = 500;

const WARM_UP: usize = 20;
const ROUNDS: usize = 5;

/// Only one test counts at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// Waits until no other test counts.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a test on both kinds of runtime, while no other test runs.
pub(crate) fn on_both_runtimes<F: Future<Output = Result<()>>>(test: impl Fn(Context) -> F) {
    let _alone = alone();
    for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        let runtime = builder.worker_threads(2).enable_all().build();
        let tested = runtime.expect("a runtime").block_on(async {
            let ctx = NodeBuilder::new().start().await?;
            soon(test(ctx)).await
        });
        tested.expect("nothing fails");
    }
}

/// Returns the number of allocations of a round, after some rounds to warm up.
pub(crate) async fn allocations(mut round: impl AsyncFnMut() -> Result<()>) -> Result<u64> {
    for _ in 0..WARM_UP {
        round().await?;
    }
    let _profiler = dhat::Profiler::builder().testing().build();
    let mut lowest = u64::MAX;
    for _ in 0..ROUNDS {
        let before = dhat::HeapStats::get().total_blocks;
        round().await?;
        lowest = lowest.min(dhat::HeapStats::get().total_blocks - before);
    }
    Ok(lowest)
}
