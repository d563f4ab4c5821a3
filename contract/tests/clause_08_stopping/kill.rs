//! The effects of a kill.

use std::future::pending;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn a_kill_drops_the_handler_and_skips_shutdown() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker(["worker", "alias"], worker).await?;
    for message in 1..=3 {
        handle.send(message).await?;
    }
    assert_eq!(gate.next().await, Event::Begun(1));

    let before = Instant::now();
    soon(ctx.kill_worker("alias")).await?;
    assert_eq!(gate.so_far(), [Event::Cancelled(1), Event::Dropped]);
    assert_eq!(before.elapsed().as_secs(), 0);
    assert_eq!(ctx.dead_letters(), 2);
    assert_eq!(ctx.list_workers(), [""; 0]);
    let mut error = handle.send(4).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.take::<u64>()),
        (ErrorKind::Stopped, Some(4))
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn those_who_asked_a_worker_that_is_killed_are_told() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    let mut running = Box::pin(handle.ask::<u64>(1));
    let mut queued = Box::pin(handle.ask::<u64>(2));
    assert!(poll_once(&mut running).await.is_pending());
    assert!(poll_once(&mut queued).await.is_pending());
    assert_eq!(gate.next().await, Event::Begun(1));

    let before = Instant::now();
    soon(ctx.kill_worker("worker")).await?;
    assert_eq!(soon(running).await.unwrap_err().kind(), ErrorKind::NoReply);
    assert_eq!(soon(queued).await.unwrap_err().kind(), ErrorKind::Stopped);
    assert_eq!(before.elapsed().as_secs(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_kill_comes_before_all_that_is_queued() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    gate.open_for_good();
    let handle = ctx.start_worker("worker", worker).await?;
    for message in 1..=100 {
        handle.try_send(message)?;
    }
    soon(ctx.kill_worker("worker")).await?;
    assert_eq!(gate.so_far(), [Event::Dropped]);
    assert_eq!(ctx.dead_letters(), 100);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_kill_during_a_stop_ends_both() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    let mut stop = Box::pin(handle.stop());
    assert!(poll_once(&mut stop).await.is_pending());

    let before = Instant::now();
    soon(ctx.kill_worker("worker")).await?;
    let _ = soon(stop).await;
    assert_eq!(before.elapsed().as_secs(), 0);
    assert_eq!(gate.so_far(), [Event::Cancelled(1), Event::Dropped]);
    Ok(())
}

/// Reports its `initialize`, which never ends.
struct NeverReady(UnboundedSender<()>);

impl Worker for NeverReady {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        let _ = self.0.send(());
        pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_kill_during_initialize_is_the_error_of_the_start() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let mut start = Box::pin(ctx.start_worker("worker", NeverReady(told)));
    assert!(poll_once(&mut start).await.is_pending());
    assert_eq!(tells.recv().await, Some(()));
    ctx.send_message("worker", 1_u64).await?;
    let mut asked = Box::pin(ctx.ask::<u64>("worker", 2_u64));
    assert!(poll_once(&mut asked).await.is_pending());

    let before = Instant::now();
    let mut kill = Box::pin(ctx.kill_worker("worker"));
    assert!(poll_once(&mut kill).await.is_pending());
    let error = soon(start).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert!(error.to_string().contains("0#worker"), "{error}");
    soon(kill).await?;
    assert_eq!(soon(asked).await.unwrap_err().kind(), ErrorKind::Stopped);
    assert_eq!(before.elapsed().as_secs(), 0);
    assert_eq!((ctx.list_workers(), ctx.dead_letters()), (vec![], 2));
    assert_eq!(tells.recv().await, None, "the worker is dropped");
    Ok(())
}

/// Blocks its thread in its handler or in its `Drop`, until the test releases it.
struct Blocks {
    in_drop: bool,
    told: UnboundedSender<()>,
    release: mpsc::Receiver<()>,
}

impl Blocks {
    fn block(&self) {
        let _ = self.told.send(());
        // The test releases it by dropping the sender.
        let _ = self.release.recv();
    }
}

impl Worker for Blocks {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        if !self.in_drop {
            self.block();
        }
        pending().await
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        if self.in_drop {
            self.block();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_blocks_its_thread_is_killed_when_it_lets_go() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let (hold, release) = mpsc::channel();
    let worker = Blocks {
        in_drop: false,
        told,
        release,
    };
    ctx.start_worker("worker", worker).await?;
    ctx.send_message("worker", 1_u64).await?;
    assert_eq!(soon(tells.recv()).await, Some(()));

    let killed = soon(ctx.kill_worker("worker")).await;
    assert_eq!(
        killed.unwrap_err().kind(),
        ErrorKind::TimedOut,
        "it can't be dropped now"
    );
    drop(hold);
    assert_eq!(
        soon(tells.recv()).await,
        None,
        "it is dropped at its next await"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_returns_after_the_worker_is_dropped() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let (hold, release) = mpsc::channel();
    let worker = Blocks {
        in_drop: true,
        told,
        release,
    };
    ctx.start_worker("worker", worker).await?;

    let mut kill = Box::pin(ctx.kill_worker("worker"));
    assert!(poll_once(&mut kill).await.is_pending());
    assert_eq!(
        soon(tells.recv()).await,
        Some(()),
        "the worker is being dropped"
    );
    for _ in 0..100 {
        thread::yield_now();
        tokio::task::yield_now().await;
        assert!(
            poll_once(&mut kill).await.is_pending(),
            "what it owns may still be in use"
        );
    }
    drop(hold);
    soon(kill).await
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_killed_makes_room_for_its_successor() -> Result<()> {
    let ctx = NodeBuilder::new()
        .stop_timeout(Duration::from_secs(1))
        .start()
        .await?;
    for round in 0..100 {
        let (worker, mut gate) = gated();
        let handle = ctx.start_worker("worker", worker).await?;
        handle.send(round).await?;
        if round % 2 == 0 {
            assert_eq!(gate.next().await, Event::Begun(round));
        }
        soon(ctx.kill_worker("worker")).await?;
        assert_eq!(gate.so_far().last(), Some(&Event::Dropped));
    }
    at_rest().await;
    assert_eq!(ctx.dead_letters(), 50, "those that had not begun");
    Ok(())
}
