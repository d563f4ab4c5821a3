//! A question whose time is over before it is begun is not begun.

use ockam::{ErrorKind, NodeBuilder, Result};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::time::sleep;

use super::scene::SECOND;

#[tokio::test(start_paused = true)]
async fn it_is_not_begun_and_counted() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("gated", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    for late in 2..5 {
        let asked = handle.ask_timeout::<u64>(late, SECOND).await;
        assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    }
    let mut in_time = Box::pin(handle.ask_timeout::<u64>(5, SECOND));
    assert!(poll_once(&mut in_time).await.is_pending());
    assert_eq!(ctx.dead_letters(), 0);
    gate.open_for_good();
    assert_eq!(gate.next().await, Event::Done(1));
    assert_eq!(gate.next().await, Event::Begun(5));
    assert_eq!(ctx.dead_letters(), 3);
    ctx.stop().await
}

/// It may have been meant as a tell.
#[tokio::test(start_paused = true)]
async fn one_that_was_dropped_in_time_is_begun() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("gated", worker).await?;
    gate.open_for_good();
    let mut dropped = Box::pin(handle.ask_timeout::<u64>(1, SECOND));
    assert!(poll_once(&mut dropped).await.is_pending());
    drop(dropped);
    assert_eq!(gate.next().await, Event::Begun(1));
    assert_eq!(ctx.dead_letters(), 0);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn one_that_was_dropped_in_time_and_waits_too_long_is_not_begun() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("gated", worker).await?;
    handle.send(1).await?;
    let mut dropped = Box::pin(handle.ask_timeout::<u64>(2, SECOND));
    assert!(poll_once(&mut dropped).await.is_pending());
    at_rest().await;
    drop(dropped);
    sleep(SECOND * 2).await;
    handle.send(3).await?;
    gate.open_for_good();
    for event in [Event::Begun(1), Event::Done(1), Event::Begun(3)] {
        assert_eq!(soon(gate.next()).await, event);
    }
    assert_eq!(ctx.dead_letters(), 1);
    ctx.stop().await
}
