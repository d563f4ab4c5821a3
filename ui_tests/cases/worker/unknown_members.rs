use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;
    type Reply = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        let reply = self.reply_to(&msg);
        ctx.reply(reply).await
    }

    fn reply_to(&self, msg: &Self::Message) -> String {
        msg.to_uppercase()
    }
}

fn main() {}
