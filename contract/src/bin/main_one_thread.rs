//! A program whose node runs on the thread of `main`. Its argument says what `main` does.

use std::io;
use std::thread;
use std::time::Duration;

use ockam::{Context, Result, Worker};
use ockam_contract::program::Witness;

#[ockam::node(current_thread)]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("witness", Witness).await?;
    match std::env::args().nth(1).as_deref() {
        Some("is busy before it waits") => is_busy_before_it_waits(ctx).await,
        Some("has a worker that blocks") => has_a_worker_that_blocks(ctx).await,
        Some("waits long") => waits_long(ctx, false).await,
        Some("waits long for a match") => waits_long(ctx, true).await,
        other => unreachable!("there is no scenario {other:?}"),
    }
}

async fn is_busy_before_it_waits(mut ctx: Context) -> Result<()> {
    println!("is busy");
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    ctx.receive::<u64>().await?;
    Ok(())
}

/// Blocks the thread that handles its first message, for ever.
struct Blocks;

impl Worker for Blocks {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        println!("blocks");
        loop {
            thread::park();
        }
    }
}

async fn has_a_worker_that_blocks(mut ctx: Context) -> Result<()> {
    ctx.start_worker("blocks", Blocks).await?;
    ctx.send_message("blocks", 1_u64).await?;
    ctx.receive::<u64>().await?;
    Ok(())
}

async fn waits_long(mut ctx: Context, for_a_match: bool) -> Result<()> {
    tokio::time::pause();
    let sender = ctx.sender();
    sender.send_message("app", "one".to_string()).await?;
    sender.send_message("app", "two".to_string()).await?;
    sender.send_message("app", 'x').await?;
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        sender.send_message("app", 7_u64).await
    });
    let received = match for_a_match {
        false => ctx.receive::<u64>().await?,
        true => ctx.receive_matching::<u64>(|number| *number == 7).await?,
    };
    println!("receives {received}");
    ctx.stop().await
}
