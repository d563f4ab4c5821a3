use std::rc::Rc;

use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        let message = Rc::new(msg);
        ctx.reply(message.to_string()).await?;
        println!("replied to {message}");
        Ok(())
    }
}

fn main() {}
