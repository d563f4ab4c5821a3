use ockam::{Context, Result, Worker, async_worker};

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    fn handle_mesage(&self, msg: String) {
        println!("{msg}");
    }

    async fn shutdown(&mut self, ctx: &mut Context, more: u8) -> Result<()> {
        ctx.halt(more).await
    }
}

fn main() {}
