//! Nodes on a runtime that outlives them.

use std::sync::PoisonError;

use ockam::NodeBuilder;
use ockam_contract::eventually::eventually;
use ockam_contract::hush::hush;
use tokio::runtime::{Builder, Handle};

use crate::life::live;
use crate::{ALONE, SLACK_BYTES, bytes};

#[test]
fn a_thousand_nodes_in_one_runtime_leave_no_task_and_no_memory_behind() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let _profiler = dhat::Profiler::builder().testing().build();
    hush();
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let tasks = || Handle::current().metrics().num_alive_tasks();
        live_and_die(100).await;
        eventually("the tasks of the first nodes end", || tasks() == 0).await;
        let before = bytes();
        live_and_die(1_000).await;
        eventually("the tasks of a thousand nodes end", || tasks() == 0).await;
        eventually("their memory is free", || bytes() < before + SLACK_BYTES).await;
    });
}

async fn live_and_die(nodes: usize) {
    for _ in 0..nodes {
        let ctx = NodeBuilder::new().start().await.expect("a node starts");
        live(ctx).await.expect("nothing fails");
    }
}
