#![deny(warnings)]

// What `my_ockam = { package = "ockam" }` in a Cargo.toml does.
extern crate ockam as my_ockam;
extern crate std as ockam;

use my_ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker(crate = "my_ockam")]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[my_ockam::node(crate = "my_ockam")]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.stop().await
}
