//! A dropped start is rolled back.

use std::future::pending;
use std::sync::Arc;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, WorkerBuilder};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{poll_once, soon};

/// Its `initialize` never ends. Its clones count how many exist.
#[derive(Clone, Default)]
struct NeverReady(Arc<()>);

impl Worker for NeverReady {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.start_worker("child", gated().0).await?;
        pending().await
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        unreachable!("it was never started")
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_start_frees_the_addresses_and_drops_the_worker() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let worker = NeverReady::default();
    let mut start = Box::pin(ctx.start_worker(["one", "two"], worker.clone()));
    assert!(poll_once(&mut start).await.is_pending());
    assert_eq!(Arc::strong_count(&worker.0), 2);
    assert_eq!(ctx.list_workers(), ["child", "one", "two"]);

    drop(start);
    assert_eq!(Arc::strong_count(&worker.0), 1);
    assert_eq!(
        ctx.list_workers(),
        ["child"],
        "what it started has a life of its own"
    );
    let (successor, mut gate) = gated();
    soon(ctx.start_worker(["two", "one"], successor)).await?;
    ctx.send_message("one", 1_u64).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_waited_for_a_dropped_start_are_dead_letters_and_askers_are_told() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(2).start().await?;
    let builder = WorkerBuilder::new("worker", NeverReady::default());
    let mut start = Box::pin(builder.start(&ctx));
    assert!(poll_once(&mut start).await.is_pending());
    ctx.send_message("worker", 1_u64).await?;
    let mut asked = Box::pin(ctx.ask::<u64>("worker", 2_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    let mut waiting = Box::pin(ctx.send_message("worker", 3_u64));
    assert!(poll_once(&mut waiting).await.is_pending());

    drop(start);
    assert_eq!(ctx.dead_letters(), 2);
    assert_eq!(soon(asked).await.unwrap_err().kind(), ErrorKind::Stopped);
    let mut error = soon(waiting).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.take::<u64>()),
        (ErrorKind::Stopped, Some(3))
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_start_that_was_never_polled_has_done_nothing() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let worker = NeverReady::default();
    drop(ctx.start_worker("worker", worker.clone()));
    drop(WorkerBuilder::new("worker", worker.clone()).start(&ctx));
    assert_eq!(Arc::strong_count(&worker.0), 1);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}
