//! A node that was never stopped, and is dropped with its runtime.

use std::sync::Arc;

use ockam::{Context, NodeBuilder, Result, Worker};
use tokio::runtime::{Builder, Runtime};

use crate::count::alone;

const WORKERS: usize = 100;
const WARM_UP: usize = 3;

/// Answers, and is known from outside as long as it is there.
struct Echoer(#[expect(dead_code, reason = "it is there to be dropped")] Arc<()>);

impl Worker for Echoer {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg).await
    }
}

/// Starts workers that have nothing to do, and others that have handled a message and wait for the next.
/// None has messages left: those would be logged, and the log takes memory.
async fn start(known: &Arc<()>) -> Result<Context> {
    let ctx = NodeBuilder::new().start().await?;
    for number in 0..WORKERS {
        let worker = Echoer(known.clone());
        ctx.start_worker(format!("idle {number}"), worker).await?;
    }
    for number in 0..WORKERS {
        let worker = Echoer(known.clone());
        let told = ctx.start_worker(format!("told {number}"), worker).await?;
        assert_eq!(told.ask::<u64>(7).await?, 7);
    }
    Ok(ctx)
}

fn runtime(is_multi_thread: bool) -> Runtime {
    let mut builder = match is_multi_thread {
        true => Builder::new_multi_thread(),
        false => Builder::new_current_thread(),
    };
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.expect("a runtime")
}

fn live_and_go(is_multi_thread: bool, context_first: bool) {
    let known = Arc::new(());
    let runtime = runtime(is_multi_thread);
    let ctx = runtime.block_on(start(&known)).expect("nothing fails");
    match context_first {
        true => {
            drop(ctx);
            drop(runtime);
        }
        false => {
            drop(runtime);
            drop(ctx);
        }
    }
    assert_eq!(Arc::strong_count(&known), 1, "workers are left");
}

#[test]
fn it_leaves_no_worker_and_no_memory_behind() {
    let _alone = alone();
    for is_multi_thread in [false, true] {
        for context_first in [false, true] {
            for _ in 0..WARM_UP {
                live_and_go(is_multi_thread, context_first);
            }
            let _profiler = dhat::Profiler::builder().testing().build();
            live_and_go(is_multi_thread, context_first);
            let left = dhat::HeapStats::get();
            let way = format!("multi-thread: {is_multi_thread}, context first: {context_first}");
            assert_eq!((left.curr_blocks, left.curr_bytes), (0, 0), "{way}");
        }
    }
}
