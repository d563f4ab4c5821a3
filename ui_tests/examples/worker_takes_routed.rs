#![deny(warnings)]

use ockam::{Context, Result, Routed, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        ctx.send_message(msg.return_route().clone(), format!("{}!", msg))
            .await
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.send_message("echoer", "hello".to_string()).await?;
    assert_eq!(ctx.receive::<String>().await?, "hello!");
    ctx.stop().await
}
