use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn initialize(self: Box<Self>, ctx: &mut Context) -> Result<()> {
        ctx.stop().await
    }

    async fn handle_message(&self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }

    async fn shutdown(ctx: &mut Self::Context) -> Result<()> {
        ctx.stop().await
    }
}

fn main() {}
