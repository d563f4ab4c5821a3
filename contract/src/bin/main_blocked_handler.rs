//! A program whose worker blocks its thread three times. Its argument says how the node looks for that.

use std::thread;
use std::time::Duration;

use ockam::{Context, NodeBuilder, Result, Worker};

/// Blocks its thread for as many milliseconds as it is told.
struct Blocks;

impl Worker for Blocks {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        thread::sleep(Duration::from_millis(msg));
        ctx.reply(msg).await
    }
}

fn main() -> Result<()> {
    let node = NodeBuilder::new();
    let node = match std::env::args().nth(1).as_deref() {
        Some("by default") => node.worker_threads(2),
        Some("on one thread") => node.current_thread(),
        Some("never") => node.worker_threads(2).block_warning(Duration::ZERO),
        Some("after an hour") => node
            .worker_threads(2)
            .block_warning(Duration::from_secs(3_600)),
        other => unreachable!("there is no scenario {other:?}"),
    };
    let (ctx, mut executor) = node.build()?;
    executor.execute(async move {
        ctx.start_worker("blocks", Blocks).await?;
        for time in [600, 1, 600] {
            // Longer than the watcher looks when nothing happens.
            tokio::time::sleep(Duration::from_millis(1_200)).await;
            look(&ctx, time).await?;
        }
        ctx.stop().await
    })
}

/// Looks at the worker while it blocks its thread, and afterwards.
async fn look(ctx: &Context, time: u64) -> Result<()> {
    let sender = ctx.sender();
    let asked = tokio::spawn(async move { sender.ask::<u64>("blocks", time).await });
    let mut is_seen = false;
    while !asked.is_finished() {
        is_seen |= ctx.inspect_worker("blocks")?.blocks_for.is_some();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    asked.await.expect("an ask doesn't panic")?;
    while ctx.inspect_worker("blocks")?.blocks_for.is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!("seen: {is_seen}");
    Ok(())
}
