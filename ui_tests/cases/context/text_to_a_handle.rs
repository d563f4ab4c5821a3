use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let echoer = ctx.start_worker("echoer", Echoer).await?;
    echoer.send("Hello Ockam!").await?;
    ctx.stop().await
}
