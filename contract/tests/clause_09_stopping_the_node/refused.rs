//! Operations that a node refuses once it stops.

use std::sync::Arc;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::Notify;

#[tokio::test(start_paused = true)]
async fn a_node_that_stops_starts_nothing() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    let mut stop = Box::pin(ctx.stop());
    assert!(poll_once(&mut stop).await.is_pending());

    for stopped in [false, true] {
        let started = ctx.start_worker("late", gated().0).await;
        assert_eq!(
            started.unwrap_err().kind(),
            ErrorKind::Stopped,
            "has stopped: {stopped}"
        );
        let opened = ctx.open("late").err().map(|error| error.kind());
        assert_eq!(opened, Some(ErrorKind::Stopped), "has stopped: {stopped}");
        let mut sent = ctx.send_message("late", 7_u64).await.unwrap_err();
        assert_eq!(
            (sent.kind(), sent.take::<u64>()),
            (ErrorKind::Stopped, Some(7))
        );
        if !stopped {
            gate.open_for_good();
            soon(&mut stop).await?;
        }
    }
    Ok(())
}

/// Waits in its `initialize` until the test lets it go on.
struct SlowToCome(Arc<Notify>);

impl Worker for SlowToCome {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        self.0.notified().await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_being_started_is_waited_for() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let come = Arc::new(Notify::new());
    let mut start = Box::pin(ctx.start_worker("worker", SlowToCome(come.clone())));
    assert!(poll_once(&mut start).await.is_pending());
    let mut stop = Box::pin(ctx.stop());
    assert!(poll_once(&mut stop).await.is_pending());
    at_rest().await;
    assert!(poll_once(&mut stop).await.is_pending());

    come.notify_one();
    let _ = soon(start).await;
    soon(stop).await?;
    assert_eq!(ctx.list_workers(), [""; 0]);
    let report = ctx.stop_report().expect("the node has stopped");
    assert_eq!((report.dead_letters(), report.killed()), (0, [].as_slice()));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stop_may_be_asked_for_again_and_again() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let other = ctx.open("other")?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    let mut stop = Box::pin(ctx.stop());
    let mut again = Box::pin(other.stop());
    assert!(poll_once(&mut stop).await.is_pending());
    assert!(poll_once(&mut again).await.is_pending());
    gate.open_for_good();
    soon(stop).await?;
    soon(again).await?;
    soon(ctx.stop()).await
}

#[tokio::test(start_paused = true)]
async fn two_nodes_in_one_runtime_stop_on_their_own() -> Result<()> {
    let one = NodeBuilder::new().start().await?;
    let two = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    one.start_worker("worker", worker).await?;
    let (worker, mut other_gate) = gated();
    two.start_worker("worker", worker).await?;
    soon(one.stop()).await?;
    assert_eq!(gate.so_far(), [Event::Shutdown, Event::Dropped]);
    assert_eq!(other_gate.so_far(), []);
    two.send_message("worker", 1_u64).await?;
    assert_eq!(other_gate.next().await, Event::Begun(1));
    Ok(())
}
