//! The steps of a stop, in order.

use ockam::{Context, Error, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::Notify;

#[tokio::test(start_paused = true)]
async fn a_stop_lets_the_running_handler_finish_and_handles_what_is_queued() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    for message in 1..=3 {
        handle.send(message).await?;
    }
    assert_eq!(gate.next().await, Event::Begun(1));

    let mut stop = Box::pin(ctx.stop_worker("worker"));
    assert!(poll_once(&mut stop).await.is_pending());
    at_rest().await;
    assert_eq!(gate.so_far(), [], "the running handler is left alone");

    gate.open_for_good();
    soon(stop).await?;
    let all = [
        Event::Done(1),
        Event::Begun(2),
        Event::Done(2),
        Event::Begun(3),
        Event::Done(3),
        Event::Shutdown,
        Event::Dropped,
    ];
    assert_eq!(gate.so_far(), all);
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

/// Waits in its `shutdown` until the test lets it end.
struct SlowToLeave(Arc<Notify>);

impl Worker for SlowToLeave {
    type Message = u64;
    type Context = Context;

    async fn shutdown(&mut self, ctx: &mut Context) -> Result<()> {
        assert_eq!(
            ctx.list_workers(),
            ["worker"],
            "the address is still its own"
        );
        self.0.notified().await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_returns_once_shutdown_is_done_and_the_address_is_free() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let leave = Arc::new(Notify::new());
    ctx.start_worker("worker", SlowToLeave(leave.clone()))
        .await?;

    let mut stop = Box::pin(ctx.stop_worker("worker"));
    assert!(poll_once(&mut stop).await.is_pending());
    at_rest().await;
    assert!(
        poll_once(&mut stop).await.is_pending(),
        "shutdown is not done"
    );
    let taken = ctx.start_worker("worker", SlowToLeave(leave.clone())).await;
    assert_eq!(taken.unwrap_err().kind(), ErrorKind::AddressTaken);

    leave.notify_one();
    soon(stop).await?;
    assert_eq!(ctx.list_workers(), [""; 0]);
    ctx.start_worker("worker", SlowToLeave(leave)).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn two_stops_of_one_worker_both_return_at_its_end() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));

    let mut first = Box::pin(ctx.stop_worker("worker"));
    let mut second = Box::pin(handle.stop());
    assert!(poll_once(&mut first).await.is_pending());
    assert!(poll_once(&mut second).await.is_pending());
    gate.open_for_good();
    soon(first).await?;
    soon(second).await?;
    assert_eq!(
        gate.until_dropped().await,
        [Event::Done(1), Event::Shutdown, Event::Dropped]
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stop_by_one_address_frees_all_addresses_of_the_worker() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    ctx.start_worker(["one", "two", "three"], worker).await?;

    soon(ctx.stop_worker("two")).await?;
    assert_eq!(gate.so_far(), [Event::Shutdown, Event::Dropped]);
    assert_eq!(ctx.list_workers(), [""; 0]);
    let stopped = ctx.stop_worker("one").await;
    assert_eq!(stopped.unwrap_err().kind(), ErrorKind::UnknownAddress);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_is_no_worker_can_neither_be_stopped_nor_killed() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let inbox = ctx.open("inbox")?;
    for (address, kind) in [
        ("nobody", ErrorKind::UnknownAddress),
        ("app", ErrorKind::InvalidInput),
        ("inbox", ErrorKind::InvalidInput),
    ] {
        let stopped = ctx.stop_worker(address).await.unwrap_err();
        let killed = ctx.kill_worker(address).await.unwrap_err();
        assert_eq!((stopped.kind(), killed.kind()), (kind, kind), "{address}");
        assert!(stopped.to_string().contains(address), "{stopped}");
        assert!(killed.to_string().contains(address), "{killed}");
    }
    inbox.try_send("inbox", 1_u64)
}

#[tokio::test(start_paused = true)]
async fn a_handle_stops_a_worker_that_has_stopped_without_an_error() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, _gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    soon(handle.stop()).await?;
    soon(handle.stop()).await?;

    let (successor, mut gate) = gated();
    ctx.start_worker("worker", successor).await?;
    let refused = soon(handle.stop()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UnknownAddress);
    at_rest().await;
    assert_eq!(
        gate.so_far(),
        [],
        "the successor at the address is another worker"
    );
    Ok(())
}

/// Its `shutdown` fails in a given way.
enum Leaving {
    WithAnError,
    WithAPanic,
}

impl Worker for Leaving {
    type Message = u64;
    type Context = Context;

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        match self {
            Self::WithAnError => Err(Error::new(ErrorKind::Other, "it would rather stay")),
            Self::WithAPanic => panic!("it panics in its shutdown"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_that_fails_frees_the_address_as_well() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for leaving in [Leaving::WithAnError, Leaving::WithAPanic] {
        ctx.start_worker("worker", leaving).await?;
        soon(ctx.stop_worker("worker")).await?;
        assert_eq!(ctx.list_workers(), [""; 0]);
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

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_initialize_waits_for_it_and_for_what_is_queued() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let come = Arc::new(Notify::new());
    let mut start = pin!(ctx.start_worker("worker", SlowToCome(come.clone())));
    assert!(poll_once(&mut start).await.is_pending());
    let mut asked = pin!(ctx.ask::<u64>("worker", 7_u64));
    assert!(poll_once(&mut asked).await.is_pending());

    let mut stop = Box::pin(ctx.stop_worker("worker"));
    assert!(poll_once(&mut stop).await.is_pending());
    at_rest().await;
    // It has not heard of the stop yet.
    ctx.try_send("worker", 8_u64)?;

    come.notify_one();
    assert!(matches!(poll_once(&mut start).await, Poll::Ready(Ok(_))));
    soon(stop).await?;
    assert_eq!(soon(asked).await?, 7);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}
