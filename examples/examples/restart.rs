//! A worker that fails is started again from its factory, at the same address, with the same mailbox.
//!
//! Prints:
//!     panicked
//!     2
//!     restarts: 1
use std::time::Duration;

use ockam::{async_worker, Context, Restart, Result, Worker, WorkerBuilder};

struct Divider;

#[async_worker]
impl Worker for Divider {
    type Message = (u64, u64);

    async fn handle_message(&mut self, ctx: &mut Context, (a, b): (u64, u64)) -> Result<()> {
        ctx.reply(a / b).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let divider = WorkerBuilder::from_fn("divider", || Divider)
        .restart(Restart::on_failure().at_most(5, Duration::from_secs(10)))
        .start(&ctx)
        .await?;

    // Only whoever asked for the failed message hears of it.
    let failed = divider.ask::<u64>((1, 0)).await;
    println!("{}", failed.unwrap_err().kind());

    // The handle and the address reach the new one. What was queued is not lost.
    println!("{}", divider.ask::<u64>((6, 3)).await?);
    println!("restarts: {}", ctx.inspect_worker("divider")?.restarts);
    ctx.stop().await
}
