#![deny(warnings)]

use ockam::{Context, Result, Worker};

struct Echoer;

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
    ctx.send_message("echoer", "hello".to_string()).await?;
    assert_eq!(ctx.receive::<String>().await?, "hello");
    ctx.stop().await
}
