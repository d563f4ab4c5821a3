//! A stop goes on when its future is dropped.

use std::future::Future;
use std::sync::Arc;
use std::task::{self, Wake, Waker};
use std::time::Duration;

use ockam::{Context, NodeBuilder, Result};
use ockam_contract::gated::{Event, Gate, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::time::{Instant, sleep};

/// Starts a worker with one message in its handler and one in its mailbox.
async fn busy(ctx: &Context) -> Result<Gate> {
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    handle.send(2).await?;
    Ok(gate)
}

const IN_TIME: [Event; 5] = [
    Event::Done(1),
    Event::Begun(2),
    Event::Done(2),
    Event::Shutdown,
    Event::Dropped,
];

#[tokio::test(start_paused = true)]
async fn the_stop_of_a_worker_goes_on() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for by_handle in [false, true] {
        let (worker, mut gate) = gated();
        let handle = ctx.start_worker("worker", worker).await?;
        handle.send(1).await?;
        assert_eq!(gate.next().await, Event::Begun(1));
        handle.send(2).await?;
        if by_handle {
            let mut stop = Box::pin(handle.stop());
            assert!(poll_once(&mut stop).await.is_pending());
        } else {
            let mut stop = Box::pin(ctx.stop_worker("worker"));
            assert!(poll_once(&mut stop).await.is_pending());
        }
        gate.open_for_good();
        assert_eq!(gate.until_dropped().await, IN_TIME);
        assert_eq!(ctx.list_workers(), [""; 0]);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_stop_holds_although_nobody_waits() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut gate = busy(&ctx).await?;
    let before = Instant::now();
    let mut stop = Box::pin(ctx.stop_worker("worker"));
    assert!(poll_once(&mut stop).await.is_pending());
    drop(stop);
    assert_eq!(
        gate.until_dropped().await,
        [Event::Cancelled(1), Event::Dropped]
    );
    assert_eq!(before.elapsed().as_secs(), 10);
    assert_eq!((ctx.list_workers(), ctx.dead_letters()), (vec![], 1));
    Ok(())
}

/// The stop before it has set the alarm that both share.
#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_stop_holds_although_it_is_dropped_late() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut gate = busy(&ctx).await?;
    let (other, _gate) = gated();
    ctx.start_worker("other", other).await?.send(1).await?;
    let mut first = Box::pin(ctx.stop_worker("other"));
    assert!(poll_once(&mut first).await.is_pending());
    at_rest().await;
    let before = Instant::now();
    let mut stop = Box::pin(ctx.stop_worker("worker"));
    assert!(poll_once(&mut stop).await.is_pending());
    sleep(Duration::from_secs(8)).await;
    drop(stop);
    assert_eq!(
        gate.until_dropped().await,
        [Event::Cancelled(1), Event::Dropped]
    );
    assert_eq!(before.elapsed().as_secs(), 10);
    Ok(())
}

struct Nobody;

impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

/// The worker lives on for a while, as do others who wait for its end.
#[tokio::test(start_paused = true)]
async fn a_stop_that_is_dropped_leaves_no_waker() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut gate = busy(&ctx).await?;
    let task = Arc::new(Nobody);
    let waker = Waker::from(task.clone());
    let mut cx = task::Context::from_waker(&waker);
    let mut dropped = [(); 3].map(|()| Box::pin(ctx.stop_worker("worker")));
    for stop in &mut dropped {
        assert!(stop.as_mut().poll(&mut cx).is_pending());
    }
    drop(dropped);
    drop(waker);
    // The alarm of their deadlines has a clone until it goes off.
    sleep(Duration::from_secs(1)).await;
    assert_eq!(gate.so_far(), []);
    assert_eq!(Arc::strong_count(&task), 1);
    gate.open_for_good();
    assert_eq!(gate.until_dropped().await, IN_TIME);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_kill_goes_on() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut gate = busy(&ctx).await?;
    let mut kill = Box::pin(ctx.kill_worker("worker"));
    assert!(poll_once(&mut kill).await.is_pending());
    drop(kill);
    assert_eq!(
        gate.until_dropped().await,
        [Event::Cancelled(1), Event::Dropped]
    );
    assert_eq!((ctx.list_workers(), ctx.dead_letters()), (vec![], 1));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_stop_of_a_node_goes_on() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut gate = busy(&ctx).await?;
    let mut stop = Box::pin(ctx.stop());
    assert!(poll_once(&mut stop).await.is_pending());
    drop(stop);
    at_rest().await;
    assert!(ctx.stop_report().is_none());
    gate.open_for_good();
    assert_eq!(gate.until_dropped().await, IN_TIME);
    at_rest().await;
    assert_eq!(
        ctx.stop_report().map(|report| report.dead_letters()),
        Some(0)
    );
    soon(ctx.stop()).await
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_was_never_polled_has_done_nothing() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut gate = busy(&ctx).await?;
    drop(ctx.stop_worker("worker"));
    drop(ctx.kill_worker("worker"));
    drop(ctx.stop());
    at_rest().await;
    gate.open(1);
    at_rest().await;
    assert_eq!(gate.so_far(), [Event::Done(1), Event::Begun(2)]);
    ctx.send_message("worker", 3_u64).await
}
