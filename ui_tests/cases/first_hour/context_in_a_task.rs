use ockam::{Context, Result, Worker, async_worker};

struct Clock;

#[async_worker]
impl Worker for Clock {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        tokio::spawn(async move {
            ctx.send_message("app", msg).await
        });
        Ok(())
    }
}

fn main() {}
