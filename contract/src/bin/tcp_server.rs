//! A node that others connect to, and that a test kills. Its argument is the address to listen at:
//! `tests/tcp/processes.rs`.

use ockam::{Context, NodeBuilder, Result, TcpTransport, Worker, async_worker};

/// Answers a number with itself and the number of this process.
struct Answers;

#[async_worker]
impl Worker for Answers {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply((std::process::id(), msg)).await
    }
}

/// Prints the messages that it gets.
struct Writes;

#[async_worker]
impl Worker for Writes {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: u64) -> Result<()> {
        println!("{msg}");
        Ok(())
    }
}

fn main() -> Result<()> {
    let (ctx, mut executor) = NodeBuilder::new().worker_threads(2).build()?;
    executor.execute(async move {
        ctx.start_worker("answers", Answers).await?;
        ctx.start_worker("writes", Writes).await?;
        let address = std::env::args().nth(1).unwrap_or_default();
        let tcp = TcpTransport::new(&ctx)?;
        let listener = tcp.listen(address, ["answers", "writes"]).await?;
        println!("{}", listener.local_address());
        std::future::pending::<Result<()>>().await
    })
}
