//! The tasks of a worker.

use ockam::{Context, NodeBuilder, Result, Worker, async_worker};
use ockam_contract::pace::soon;
use tokio::runtime::Handle;
use tokio::task::yield_now;

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg).await
    }
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[tokio::test]
async fn a_worker_is_one_task_as_long_as_it_lives() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let before = tasks();
    let mut workers = Vec::new();
    for number in 0..100 {
        workers.push(ctx.start_worker(format!("worker-{number}"), Echoer).await?);
    }
    assert_eq!(tasks(), before + 100);

    assert_eq!(soon(workers[7].ask::<u64>(1)).await?, 1);
    assert_eq!(soon(ctx.ask::<u64>("worker-8", 3_u64)).await?, 3);
    assert_eq!(tasks(), before + 100);
    soon(workers[7].stop()).await?;
    soon(ctx.stop_worker("worker-8")).await?;
    yield_now().await;
    assert_eq!(tasks(), before + 98);
    soon(ctx.stop()).await
}
