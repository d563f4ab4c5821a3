//! The deadline of the stop of a node, and the report of its losses.

use std::sync::mpsc;
use std::time::Duration;

use ockam::{Address, Context, NodeBuilder, Result, Worker, async_worker};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, soon};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn one_deadline_covers_all_workers() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut gates = Vec::new();
    for number in 0..5_u64 {
        let (worker, mut gate) = gated();
        let handle = ctx.start_worker(format!("worker {number}"), worker).await?;
        for message in 0..=number {
            handle.send(message).await?;
        }
        assert_eq!(gate.next().await, Event::Begun(0));
        gates.push(gate);
    }
    let (quick, mut quick_gate) = gated();
    ctx.start_worker("quick", quick).await?;

    let before = Instant::now();
    soon(ctx.stop()).await?;
    assert_eq!(before.elapsed().as_secs(), 10, "the default");
    for gate in &mut gates {
        assert_eq!(gate.so_far(), [Event::Cancelled(0), Event::Dropped]);
    }
    assert_eq!(quick_gate.so_far(), [Event::Shutdown, Event::Dropped]);
    assert_eq!(ctx.list_workers(), [""; 0]);

    let report = ctx.stop_report().expect("the node has stopped");
    assert_eq!(report.dead_letters(), 1 + 2 + 3 + 4);
    let mut killed = report.killed().to_vec();
    killed.sort_unstable();
    let expected = (0..5).map(|number| Address::from(format!("worker {number}")));
    assert_eq!(killed, Vec::from_iter(expected));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_a_setting_of_the_node() -> Result<()> {
    let ctx = NodeBuilder::new()
        .stop_timeout(Duration::from_secs(3))
        .start()
        .await?;
    let (worker, mut gate) = gated();
    ctx.start_worker("worker", worker).await?.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    let before = Instant::now();
    soon(ctx.stop()).await?;
    assert_eq!(before.elapsed().as_secs(), 3);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_loses_nothing_reports_nothing() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    gate.open_for_good();
    let handle = ctx.start_worker("worker", worker).await?;
    // This was lost before the stop, so the report doesn't count it.
    let lost = ctx.open("lost")?;
    ctx.send_message("lost", 1_u64).await?;
    drop(lost);
    for message in 0..100 {
        handle.send(message).await?;
    }
    assert!(ctx.stop_report().is_none(), "the node runs");
    let before = Instant::now();
    soon(ctx.stop()).await?;
    assert_eq!(before.elapsed().as_secs(), 0);
    let report = ctx.stop_report().expect("the node has stopped");
    assert_eq!((report.dead_letters(), report.killed()), (0, [].as_slice()));
    assert_eq!(gate.until_dropped().await.len(), 2 * 100 + 2);
    Ok(())
}

/// Its `initialize` never ends.
struct NeverReady;

impl Worker for NeverReady {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        Notify::new().notified().await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_a_worker_that_is_being_started() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let inbox = ctx.open("inbox")?;
    let starting = tokio::spawn(async move { inbox.start_worker("worker", NeverReady).await });
    at_rest().await;
    ctx.send_message("worker", 1_u64).await?;
    let before = Instant::now();
    soon(ctx.stop()).await?;
    assert_eq!(before.elapsed().as_secs(), 10);
    assert!(
        soon(starting)
            .await
            .expect("the task does not panic")
            .is_err()
    );
    let report = ctx.stop_report().expect("the node has stopped");
    assert_eq!(report.killed(), ["worker"]);
    assert_eq!(report.dead_letters(), 1);
    Ok(())
}

/// Blocks its thread until the test drops the sender.
struct Blocks {
    blocked: UnboundedSender<()>,
    release: mpsc::Receiver<()>,
}

impl Worker for Blocks {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        let _ = self.blocked.send(());
        let _ = self.release.recv();
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 12)]
async fn workers_that_block_their_threads_do_not_add_up() -> Result<()> {
    let stop_timeout = Duration::from_millis(100);
    let ctx = NodeBuilder::new()
        .stop_timeout(stop_timeout)
        .start()
        .await?;
    let (told, mut tells) = unbounded_channel();
    let mut held = Vec::new();
    for number in 0..10_u64 {
        let (hold, release) = mpsc::channel::<()>();
        held.push(hold);
        let blocked = told.clone();
        let worker = Blocks { blocked, release };
        ctx.start_worker(format!("worker {number}"), worker)
            .await?
            .send(1)
            .await?;
        soon(tells.recv()).await;
    }
    let before = Instant::now();
    soon(ctx.stop()).await?;
    let took = before.elapsed();
    assert!(
        took < Duration::from_secs(6),
        "each costs the patience of all: {took:?}"
    );
    let report = ctx.stop_report().expect("the node has stopped");
    assert_eq!(report.killed().len(), 10);
    drop(held);
    Ok(())
}

/// Blocks the thread that drops it until it is released.
struct Blocking(mpsc::Receiver<()>);

#[async_worker]
impl Worker for Blocking {
    type Message = u64;
}

impl Drop for Blocking {
    fn drop(&mut self) {
        let _ = self.0.recv();
    }
}

/// Such a worker must not block the task of the stop.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_holds_for_a_worker_that_has_had_nothing_to_do() -> Result<()> {
    let timeout = Duration::from_millis(5);
    let ctx = NodeBuilder::new().stop_timeout(timeout).start().await?;
    let (hold, release) = mpsc::channel();
    ctx.start_worker("blocking", Blocking(release)).await?;
    soon(ctx.stop()).await?;
    drop(hold);
    let report = ctx.stop_report().unwrap_or_default();
    assert_eq!(report.killed(), [Address::from("blocking")]);
    Ok(())
}
