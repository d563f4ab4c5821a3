//! A worker that echoes, told a message.

use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.send_message("app", msg).await
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.send_message("echoer", "Hello!".to_string()).await?;
    println!("Reply: {}", ctx.receive::<String>().await?);
    ctx.stop().await
}
