//! One address for many workers: one of them gets a message, or all of them.
//!
//! Prints:
//!     8 jobs done by 4 workers
//!     by key: always the same worker
//!     both listeners hear: breaking news
//!     resized to 2
use std::collections::HashSet;

use ockam::{async_worker, Context, Delivery, Group, Result, Worker};

struct Slow(usize);

#[async_worker]
impl Worker for Slow {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, _job: u64) -> Result<()> {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        ctx.reply(self.0).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    // A pool: members `pool-0` to `pool-3`, made by a function, supervised, replaced when they fail.
    let pool = Group::new("pool", Delivery::least_loaded())
        .members(4, Slow)
        .start(&ctx)
        .await?;
    let mut asks = tokio::task::JoinSet::new();
    for job in 0..8_u64 {
        let sender = ctx.sender();
        asks.spawn(async move { sender.ask::<usize>("pool", job).await });
    }
    let who: HashSet<usize> = asks.join_all().await.into_iter().collect::<Result<_>>()?;
    println!("8 jobs done by {} workers", who.len());

    // The same key goes to the same member, as long as that one lives.
    let by_key = Group::new("by-key", Delivery::by_key(|job: &u64| job % 10))
        .members(4, Slow)
        .start(&ctx)
        .await?;
    let (one, other): (usize, usize) = (by_key.ask(7).await?, by_key.ask(17).await?);
    assert_eq!(one, other);
    println!("by key: always the same worker");

    // Publish and subscribe: whoever joins hears everything. A full mailbox is handled as the group says.
    let news = Group::<String>::new("news", Delivery::all().or_skip())
        .start(&ctx)
        .await?;
    let (mut left, mut right) = (ctx.open("left")?, ctx.open("right")?);
    left.join("news").await?;
    right.join("news").await?;
    ctx.send_message("news", "breaking news".to_string()).await?;
    assert_eq!(left.receive::<String>().await?, "breaking news");
    println!("both listeners hear: {}", right.receive::<String>().await?);
    assert_eq!(news.skipped(), 0);

    pool.resize(2).await?;
    println!("resized to {}", pool.len());
    ctx.stop().await
}
