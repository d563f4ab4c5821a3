use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Vec<u8>) -> Result<()> {
        ctx.reply(format!("{}", msg)).await
    }
}

fn main() {}
