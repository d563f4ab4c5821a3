use ockam::{Context, Result, Routed, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Vec<String>>) -> Result<()> {
        ctx.forward(msg).await
    }
}

fn main() {}
