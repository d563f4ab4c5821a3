#![deny(warnings)]

// Types are compared by the compiler, not by their spelling.

use ockam::{Context as Node, Result as Outcome, Worker as Actor, async_worker};

struct Echoer;

#[async_worker]
impl Actor for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Node, msg: String) -> Outcome<()> {
        ctx.reply(msg).await
    }
}

#[ockam::node]
async fn main(ctx: Node) -> Outcome<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.stop().await
}
