use std::time::Instant;

use ockam::{Context, NodeBuilder, Result, Worker};
use tokio::sync::mpsc;
use tokio_stream::{StreamExt, iter};

use crate::rounds::{self, Table};

const PARTS: u64 = 1_000_000;

/// How many parts wait in a channel of tokio, as in an answer that goes on.
const CAPACITY: usize = 64;

/// Answers with numbers.
struct Numbers;

impl Worker for Numbers {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, parts: u64) -> Result<()> {
        ctx.reply_stream(iter(0..parts)).await
    }
}

/// Answers with numbers, too, and pushes them by hand.
struct Pushes;

impl Worker for Pushes {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, parts: u64) -> Result<()> {
        let mut reply = ctx.stream_reply::<u64>().await?;
        tokio::spawn(async move {
            for number in 0..parts {
                reply.send(number).await?;
            }
            reply.complete();
            Ok::<(), ockam::Error>(())
        });
        Ok(())
    }
}

fn each(begun: Instant, sum: u64) -> f64 {
    assert_eq!(sum, PARTS * (PARTS - 1) / 2, "all parts have come");
    begun.elapsed().as_nanos() as f64 / PARTS as f64
}

async fn by_channel() -> f64 {
    let begun = Instant::now();
    let (sender, mut receiver) = mpsc::channel(CAPACITY);
    tokio::spawn(async move {
        for number in 0..PARTS {
            sender.send(number).await.expect("somebody reads");
        }
    });
    let mut sum = 0;
    while let Some(number) = receiver.recv().await {
        sum += number;
    }
    each(begun, sum)
}

async fn by_node(ctx: &Context, worker: &str) -> Result<f64> {
    let begun = Instant::now();
    let mut parts = ctx.ask_stream::<u64>(worker, PARTS).await?;
    let mut sum = 0;
    while let Some(number) = parts.next().await {
        sum += number?;
    }
    Ok(each(begun, sum))
}

pub(crate) fn main() -> Result<()> {
    for builder in [NodeBuilder::new().current_thread(), NodeBuilder::new().worker_threads(2)] {
        println!("\n{builder:?}\n");
        let (ctx, mut executor) = builder.build()?;
        executor.execute(async move {
            tokio::spawn(async move {
                ctx.start_worker("numbers", Numbers).await?;
                ctx.start_worker("pushes", Pushes).await?;
                let mut times = Table::new(["tokio mpsc(64)", "reply_stream", "stream_reply"]);
                for _ in 0..rounds::count() {
                    times.add([
                        by_channel().await,
                        by_node(&ctx, "numbers").await?,
                        by_node(&ctx, "pushes").await?,
                    ]);
                }
                times.print("ns a part");
                ctx.stop().await
            })
            .await?
        })?;
    }
    Ok(())
}
