use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
#[async_trait]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

fn main() {}
