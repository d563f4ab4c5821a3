//! A start in progress, and the messages that arrive before it is done.

use ockam::{Address, Context, ErrorKind, Result, WorkerBuilder};
use ockam_contract::pace::poll_once;

use super::hesitant::{End, Event, hesitant};

#[ockam::test]
async fn a_start_ends_when_initialize_has(ctx: Context) -> Result<()> {
    let (worker, mut control) = hesitant();
    let mut start = Box::pin(ctx.start_worker("worker", worker));
    assert!(poll_once(&mut start).await.is_pending());
    assert_eq!(control.next().await, Event::Initializing);
    assert!(poll_once(&mut start).await.is_pending());

    control.end(End::Well);
    let handle = start.await?;
    assert_eq!(control.next().await, Event::Initialized);
    assert_eq!(handle.address(), &Address::from("worker"));
    assert_eq!(handle.ask::<u64>(21).await?, 42);
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn messages_that_arrive_meanwhile_wait_in_order(ctx: Context) -> Result<()> {
    let (worker, mut control) = hesitant();
    let mut start = Box::pin(ctx.start_worker(vec!["worker", "alias"], worker));
    assert!(poll_once(&mut start).await.is_pending());
    ctx.send_message("worker", 1_u64).await?;
    ctx.try_send("alias", 2_u64)?;
    ctx.sender().send_message("worker", 3_u64).await?;
    let mut ask = Box::pin(ctx.ask::<u64>("worker", 4_u64));
    assert!(poll_once(&mut ask).await.is_pending());

    control.end(End::Well);
    start.await?;
    assert_eq!(ask.await?, 8);
    ctx.stop_worker("worker").await?;
    assert_eq!(
        control.until_dropped().await,
        [
            Event::Initializing,
            Event::Initialized,
            Event::Handled(1),
            Event::Handled(2),
            Event::Handled(3),
            Event::Handled(4),
            Event::Shutdown,
            Event::Dropped,
        ]
    );
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn the_mailbox_is_bounded_already(ctx: Context) -> Result<()> {
    let (worker, mut control) = hesitant();
    let worker = WorkerBuilder::new("worker", worker).mailbox_capacity(2);
    let mut start = Box::pin(worker.start(&ctx));
    assert!(poll_once(&mut start).await.is_pending());
    ctx.try_send("worker", 1_u64)?;
    ctx.try_send("worker", 2_u64)?;
    let refused = ctx.try_send("worker", 3_u64).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::MailboxFull);
    let mut waiting = Box::pin(ctx.send_message("worker", 4_u64));
    assert!(poll_once(&mut waiting).await.is_pending());

    control.end(End::Well);
    start.await?;
    waiting.await?;
    ctx.stop_worker("worker").await?;
    assert!(control.until_dropped().await.contains(&Event::Handled(4)));
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn a_stop_meanwhile_lets_the_start_come_to_its_end(ctx: Context) -> Result<()> {
    let (worker, mut control) = hesitant();
    let mut start = Box::pin(ctx.start_worker("worker", worker));
    assert!(poll_once(&mut start).await.is_pending());
    ctx.send_message("worker", 1_u64).await?;
    let mut stop = Box::pin(ctx.stop_worker("worker"));
    assert!(poll_once(&mut stop).await.is_pending());

    control.end(End::Well);
    let (started, stopped) = tokio::join!(start, stop);
    let refused = started?.try_send(2).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Stopped);
    stopped?;
    assert_eq!(
        control.until_dropped().await,
        [
            Event::Initializing,
            Event::Initialized,
            Event::Handled(1),
            Event::Shutdown,
            Event::Dropped,
        ]
    );
    Ok(())
}
