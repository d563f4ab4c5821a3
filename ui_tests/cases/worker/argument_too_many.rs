use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn initialize(&mut self, ctx: &mut Context, name: String) -> Result<()> {
        ctx.send_message("app", name).await
    }
}

fn main() {}
