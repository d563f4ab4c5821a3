//! A start whose future is dropped before its end is rolled back.

use ockam::{Context, ErrorKind, Result};
use ockam_contract::eventually::eventually;
use ockam_contract::hop::Hop;
use ockam_contract::pace::poll_once;

use super::hesitant::{Event, hesitant};

#[ockam::test(allow(unhandled))]
async fn a_start_that_is_dropped_midway_leaves_nothing_behind(ctx: Context) -> Result<()> {
    let (worker, mut control) = hesitant();
    let mut start = Box::pin(ctx.start_worker(vec!["worker", "alias"], worker));
    assert!(poll_once(&mut start).await.is_pending());
    ctx.send_message("worker", 1_u64).await?;
    let mut ask = Box::pin(ctx.ask::<u64>("alias", 2_u64));
    assert!(poll_once(&mut ask).await.is_pending());

    drop(start);
    assert_eq!(
        control.until_dropped().await,
        [Event::Initializing, Event::Interrupted, Event::Dropped]
    );
    assert_eq!(ctx.dead_letters(), 2);
    assert_eq!(ask.await.unwrap_err().kind(), ErrorKind::Stopped);
    assert!(ctx.list_workers().is_empty());
    ctx.start_worker(vec!["alias", "worker"], Hop).await?;
    Ok(())
}

#[ockam::test]
async fn a_start_that_is_never_polled_does_nothing(ctx: Context) -> Result<()> {
    let (worker, mut control) = hesitant();
    let start = ctx.start_worker("worker", worker);
    let sent = ctx.send_message("worker", 1_u64).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::UnknownAddress);
    drop(start);
    assert_eq!(control.until_dropped().await, [Event::Dropped]);
    Ok(())
}

#[ockam::test(worker_threads = 2)]
async fn a_start_in_a_task_that_is_aborted_is_rolled_back(ctx: Context) -> Result<()> {
    let (worker, mut control) = hesitant();
    let home = ctx.open("home")?;
    let task = tokio::spawn(async move { home.start_worker("worker", worker).await });
    assert_eq!(control.next().await, Event::Initializing);
    task.abort();
    assert!(task.await.is_err_and(|error| error.is_cancelled()));
    assert_eq!(
        control.until_dropped().await,
        [Event::Interrupted, Event::Dropped]
    );
    eventually("the addresses are free", || {
        ctx.open("home").is_ok() && ctx.open("worker").is_ok()
    })
    .await;
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn a_send_that_waits_for_a_start_that_is_dropped_comes_back(ctx: Context) -> Result<()> {
    let (worker, _control) = hesitant();
    let start = ockam::WorkerBuilder::new("worker", worker).mailbox_capacity(1);
    let mut start = Box::pin(start.start(&ctx));
    assert!(poll_once(&mut start).await.is_pending());
    ctx.send_message("worker", 1_u64).await?;
    let mut waiting = Box::pin(ctx.send_message("worker", 2_u64));
    assert!(poll_once(&mut waiting).await.is_pending());

    drop(start);
    let mut error = waiting.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert_eq!(error.take::<u64>(), Some(2));
    assert_eq!(ctx.dead_letters(), 1);
    Ok(())
}
