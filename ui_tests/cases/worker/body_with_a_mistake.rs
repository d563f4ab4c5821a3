use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        let reply = = msg;
        ctx.reply(reply).await
    }
}

fn main() {}
