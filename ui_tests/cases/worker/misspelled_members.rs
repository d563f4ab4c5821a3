use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Mesage = String;

    async fn handle(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }

    async fn initialise(&mut self, _: &mut Context) -> Result<()> {
        Ok(())
    }
}

fn main() {}
