//! The least and the most that each setting takes.

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, WorkerBuilder};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};

#[tokio::test(start_paused = true)]
async fn without_any_time_what_would_wait_has_timed_out() -> Result<()> {
    let none = Duration::ZERO;
    let builder = NodeBuilder::new().mailbox_capacity(1);
    let builder = builder.send_timeout(none).ask_timeout(none);
    let ctx = builder
        .start_timeout(none)
        .stop_timeout(none)
        .start()
        .await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    handle.send(2).await?;
    for mut error in [
        soon(handle.send(3)).await.unwrap_err(),
        soon(ctx.send_message("worker", 3_u64)).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
        assert_eq!(error.take::<u64>(), Some(3));
    }
    let asked = soon(ctx.ask::<u64>("worker", 3_u64)).await.unwrap_err();
    assert_eq!(asked.kind(), ErrorKind::TimedOut);
    let mut inbox = ctx.open("inbox")?;
    let received = soon(inbox.receive_timeout::<u64>(none)).await;
    assert_eq!(received.unwrap_err().kind(), ErrorKind::TimedOut);
    ctx.try_send("inbox", 7_u64)?;
    assert_eq!(inbox.receive_timeout::<u64>(none).await?, 7);
    let stopped = soon(handle.stop()).await.unwrap_err();
    assert_eq!(stopped.kind(), ErrorKind::TimedOut);
    assert!(ctx.list_workers().is_empty());
    soon(ctx.stop()).await
}

#[tokio::test(start_paused = true)]
async fn with_all_the_time_there_is_nothing_times_out() -> Result<()> {
    let all = Duration::MAX;
    let builder = NodeBuilder::new().mailbox_capacity(usize::MAX);
    let builder = builder.send_timeout(all).ask_timeout(all);
    let ctx = builder.start_timeout(all).stop_timeout(all).start().await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new("worker", worker).mailbox_capacity(1);
    let handle = worker.start(&ctx).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    handle.send(2).await?;
    let mut inbox = ctx.open("inbox")?;
    ctx.try_send("inbox", "kept".to_owned())?;
    let sender = ctx.sender();
    let mut sends = Box::pin(handle.send(3));
    let mut asks = Box::pin(sender.ask::<u64>("worker", 5_u64));
    let mut receives = Box::pin(inbox.receive_timeout::<u64>(all));
    assert!(poll_once(&mut sends).await.is_pending());
    assert!(poll_once(&mut asks).await.is_pending());
    assert!(poll_once(&mut receives).await.is_pending());
    tokio::time::advance(Duration::from_secs(365 * 24 * 60 * 60)).await;
    at_rest().await;
    assert!(poll_once(&mut sends).await.is_pending());
    assert!(poll_once(&mut asks).await.is_pending());
    assert!(poll_once(&mut receives).await.is_pending());
    let mut stop = Box::pin(handle.stop());
    gate.open_for_good();
    soon(&mut sends).await?;
    assert_eq!(
        soon(&mut asks).await.unwrap_err().kind(),
        ErrorKind::NoReply
    );
    assert!(poll_once(&mut stop).await.is_pending());
    soon(stop).await?;
    drop(receives);
    soon(ctx.stop()).await
}

#[test]
fn a_thread_may_wait_for_room_as_long_as_it_likes() -> Result<()> {
    let (ctx, mut executor) = NodeBuilder::new().send_timeout(Duration::MAX).build()?;
    executor.execute(async move {
        let (worker, mut gate) = gated();
        let worker = WorkerBuilder::new("worker", worker).mailbox_capacity(1);
        let handle = worker.start(&ctx).await?;
        handle.send(1).await?;
        assert_eq!(gate.next().await, Event::Begun(1));
        handle.send(2).await?;
        let thread = std::thread::spawn(move || handle.blocking_send(3));
        for number in 1..=3 {
            gate.open(1);
            assert_eq!(gate.next().await, Event::Done(number));
            if number < 3 {
                assert_eq!(gate.next().await, Event::Begun(number + 1));
            }
        }
        thread.join().expect("it does not panic")?;
        ctx.stop().await
    })
}

/// Builds a node and lets it handle nothing.
fn built(builder: NodeBuilder) -> Result<()> {
    let (ctx, mut executor) = builder.build()?;
    executor.execute(async move { ctx.stop().await })
}

#[test]
fn more_threads_than_there_can_be_are_refused() {
    for threads in [usize::MAX, usize::MAX / 2, 1 << 40] {
        let error = built(NodeBuilder::new().worker_threads(threads)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.to_string().contains(&threads.to_string()), "{error}");
    }
}

#[test]
fn a_name_may_have_any_length() -> Result<()> {
    built(NodeBuilder::new().name(""))?;
    built(NodeBuilder::new().name("n".repeat(100_000)))
}

/// Starts a worker with more addresses than anybody has use for.
#[ockam::test]
async fn a_worker_may_have_many_addresses(ctx: Context) -> Result<()> {
    let addresses: Vec<String> = (0..10_000).map(|number| format!("w{number}")).collect();
    let (worker, gate) = gated();
    ctx.start_worker(addresses, worker).await?;
    gate.open_for_good();
    ctx.send_message("w9999", 7_u64).await?;
    assert_eq!(ctx.list_workers().len(), 10_000);
    ctx.stop_worker("w5000").await?;
    assert!(ctx.list_workers().is_empty());
    Ok(())
}

/// Panics when it is dropped.
struct Fragile;

impl Worker for Fragile {
    type Message = u64;
    type Context = Context;
}

impl Drop for Fragile {
    fn drop(&mut self) {
        panic!("a bad end");
    }
}

#[ockam::test]
async fn a_worker_that_is_refused_may_panic_when_it_is_dropped(ctx: Context) -> Result<()> {
    let without_room = WorkerBuilder::new("fragile", Fragile).mailbox_capacity(0);
    let refused = without_room.start(&ctx).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    for addresses in [vec![], vec!["app"], vec!["fragile", "app"]] {
        let refused = ctx.start_worker(addresses, Fragile).await.unwrap_err();
        let kinds = [ErrorKind::InvalidInput, ErrorKind::AddressTaken];
        assert!(kinds.contains(&refused.kind()), "{refused}");
        assert!(refused.to_string().contains("a bad end"), "{refused}");
    }
    Ok(())
}
