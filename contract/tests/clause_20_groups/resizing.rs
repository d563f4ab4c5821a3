//! A stop while a pool is being resized.

use std::future::pending;
use std::time::Duration;

use ockam::{Context, Delivery, ErrorKind, Group, GroupHandle, NodeBuilder, Result, Worker};
use ockam_contract::pace::{at_rest, soon};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{Gate, QUIET};

/// The first one starts. The others never come to it.
struct Slow(usize);

impl Worker for Slow {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        match self.0 {
            0 => Ok(()),
            _ => pending().await,
        }
    }
}

/// Begins to resize a pool, which is under way when this returns.
async fn resizing(pool: &GroupHandle<u64>, members: usize) -> JoinHandle<Result<()>> {
    let pool = pool.clone();
    let resizing = tokio::spawn(async move { pool.resize(members).await });
    at_rest().await;
    assert!(!resizing.is_finished());
    resizing
}

async fn is_told(resizing: JoinHandle<Result<()>>) {
    let resized = soon(resizing).await.expect("it doesn't panic");
    assert_eq!(resized.unwrap_err().kind(), ErrorKind::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_members_that_start() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let pool = Group::new("pool", Delivery::round_robin()).members(1, Slow);
    let pool = pool.start(&ctx.sender()).await?;
    let resizing = resizing(&pool, 2).await;
    let begin = Instant::now();
    pool.stop().await?;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    is_told(resizing).await;
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_stop_of_a_node_does_not_wait_for_members_that_start() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let pool = Group::new("pool", Delivery::round_robin()).members(1, Slow);
    let pool = pool.start(&ctx).await?;
    let resizing = resizing(&pool, 2).await;
    let begin = Instant::now();
    ctx.stop().await?;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    let report = ctx.stop_report().expect("it has stopped");
    assert_eq!(report.killed(), [""; 0]);
    is_told(resizing).await;
    Ok(())
}

/// What a smaller size has to wait for is waited for by the stop, once.
#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_members_that_stop_within_its_own_deadline() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let gate = Gate::letting(0);
    let pool = Group::new("pool", Delivery::round_robin()).members(2, gate.make());
    let pool = pool.start(&ctx).await?;
    pool.send(QUIET).await?;
    pool.send(QUIET).await?;
    let resizing = resizing(&pool, 0).await;
    let stopping = tokio::spawn({
        let pool = pool.clone();
        async move { pool.stop().await }
    });
    at_rest().await;
    assert!(!stopping.is_finished(), "a message is in hand");
    is_told(resizing).await;
    gate.let_go(2);
    soon(stopping).await.expect("it doesn't panic")?;
    assert_eq!(ctx.list_workers(), [""; 0]);
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}
