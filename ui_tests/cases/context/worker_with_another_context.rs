use ockam::{Context, Result, Worker};

struct Echoer;

impl Worker for Echoer {
    type Message = String;
    type Context = ();

    async fn handle_message(&mut self, _: &mut (), _: String) -> Result<()> {
        Ok(())
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.stop().await
}
