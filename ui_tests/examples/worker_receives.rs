#![deny(warnings)]

// A handler may wait: for an answer, and for its own next message.

use ockam::{Context, Result, Worker, async_worker};

struct Adder;

#[async_worker]
impl Worker for Adder {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, first: u64) -> Result<()> {
        let second = ctx.receive::<u64>().await?;
        ctx.send_message("app", first + *second).await
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("adder", Adder).await?;
    ctx.send_message("adder", 3u64).await?;
    ctx.send_message("adder", 4u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 7);
    ctx.stop().await
}
