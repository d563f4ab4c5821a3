#![deny(warnings)]

// `Routed` is a message as well: where it is the declared type, it's taken as it stands.

use ockam::{Context, Result, Routed, Worker, async_worker};

struct Archive(Vec<Routed<String>>);

#[async_worker]
impl Worker for Archive {
    type Message = Routed<String>;

    async fn handle_message(&mut self, _: &mut Context, msg: Routed<String>) -> Result<()> {
        self.0.push(msg);
        Ok(())
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("archive", Archive(Vec::new())).await?;
    ctx.stop().await
}
