//! A program whose workers share one thread, which one of them blocks for ever, and whose node stops
//! within a tenth of a second. Its argument says how `main` ends.

use std::thread;
use std::time::Duration;

use ockam::{Context, Error, ErrorKind, LocalOnly, NodeBuilder, Result, Worker};
use tokio::sync::oneshot;

/// Blocks the thread that handles its first message, for ever.
struct Blocks;

impl Worker for Blocks {
    type Message = LocalOnly<oneshot::Sender<()>>;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: Self::Message) -> Result<()> {
        let _ = msg.0.send(());
        loop {
            thread::park();
        }
    }
}

fn main() -> Result<()> {
    let builder = NodeBuilder::new().worker_threads(1);
    let (ctx, mut executor) = builder.stop_timeout(Duration::from_millis(100)).build()?;
    executor.execute(async move {
        let ending = std::env::args().nth(1);
        if ending.as_deref() == Some("takes its time after its stop") {
            ctx.stop().await?;
            tokio::time::sleep(Duration::from_secs(3)).await;
            return Ok(());
        }
        let handle = ctx.start_worker("blocks", Blocks).await?;
        let (blocks, is_blocked) = oneshot::channel();
        handle.send(LocalOnly(blocks)).await?;
        is_blocked.await?;
        println!("is blocked");
        match ending.as_deref() {
            Some("stops") => ctx.stop().await,
            Some("returns") => Ok(()),
            Some("fails") => Err(Error::new(ErrorKind::Other, "main fails on purpose")),
            Some("panics") => panic!("main panics on purpose"),
            other => unreachable!("there is no scenario {other:?}"),
        }
    })
}
