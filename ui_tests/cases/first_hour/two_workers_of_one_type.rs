use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[async_worker]
impl Worker for Echoer {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg).await
    }
}

fn main() {}
