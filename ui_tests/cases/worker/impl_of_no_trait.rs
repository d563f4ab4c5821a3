use ockam::{Context, Result, async_worker};

struct Echoer;

#[async_worker]
impl Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

fn main() {}
