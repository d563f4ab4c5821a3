//! Nodes that each have their own runtime.

use std::fs;
use std::sync::PoisonError;

use ockam::NodeBuilder;
use ockam_contract::hush::hush;

use crate::life::live;
use crate::{ALONE, SLACK_BYTES, bytes};

#[test]
fn a_thousand_nodes_with_their_own_runtimes_leave_no_thread_and_no_memory_behind() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let _profiler = dhat::Profiler::builder().testing().build();
    hush();
    live_and_die(50);
    let (threads_before, bytes_before) = (threads(), bytes());
    live_and_die(1_000);
    assert_eq!(threads(), threads_before);
    let grown = bytes().saturating_sub(bytes_before);
    assert!(grown < SLACK_BYTES, "{grown} bytes are left behind");
}

fn live_and_die(nodes: usize) {
    for number in 0..nodes {
        let builder = match number % 2 {
            0 => NodeBuilder::new().current_thread(),
            _ => NodeBuilder::new().worker_threads(2),
        };
        let (ctx, mut executor) = builder.build().expect("a node starts");
        executor.execute(live(ctx)).expect("nothing fails");
    }
}

/// Returns the number of threads of this process.
fn threads() -> usize {
    let threads = fs::read_dir("/proc/self/task").expect("Linux says which threads there are");
    threads.count()
}
