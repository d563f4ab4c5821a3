#![deny(warnings)]

use ockam::{Context, Result, Worker, async_worker};

struct Greeter;

#[async_worker]
impl Worker for Greeter {
    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.send_message("app", "hello".to_string()).await
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("greeter", Greeter).await?;
    assert_eq!(ctx.receive::<String>().await?, "hello");
    ctx.stop().await
}
