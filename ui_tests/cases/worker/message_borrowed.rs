use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = &'static str;

    async fn handle_message(&mut self, ctx: &mut Context, msg: &'static str) -> Result<()> {
        ctx.reply(msg.to_string()).await
    }
}

fn main() {}
