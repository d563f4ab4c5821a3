//! Starts that fail. None of them leaves anything behind.

use std::time::Duration;

use ockam::{Address, Context, Error, ErrorKind, NodeBuilder, Result, Worker, async_worker};
use ockam_contract::hop::Hop;
use ockam_contract::pace::poll_once;

use super::hesitant::{Control, End, Event, hesitant};

/// Starts a worker and makes the start fail with `fail`, while messages wait in the mailbox. Checks
/// that nothing is left, and returns the error of the start and the events of the worker.
async fn failed<F: Future<Output = ()>>(
    ctx: &Context,
    fail: impl FnOnce(Control) -> F,
) -> Result<Error> {
    let lost_before = ctx.dead_letters();
    let (worker, control) = hesitant();
    let mut start = Box::pin(ctx.start_worker(vec!["worker", "alias"], worker));
    assert!(poll_once(&mut start).await.is_pending());
    ctx.send_message("worker", 1_u64).await?;
    ctx.send_message("alias", 2_u64).await?;
    let mut ask = Box::pin(ctx.ask::<u64>("worker", 3_u64));
    assert!(poll_once(&mut ask).await.is_pending());

    let (started, ()) = tokio::join!(start, fail(control));
    let error = started.expect_err("initialize has failed");

    assert_eq!(ctx.dead_letters() - lost_before, 3, "after: {error}");
    assert_eq!(
        ask.await.unwrap_err().kind(),
        ErrorKind::Stopped,
        "after: {error}"
    );
    assert!(ctx.list_workers().is_empty(), "after: {error}");
    for address in ["worker", "alias"] {
        let sent = ctx.send_message(address, 4_u64).await;
        assert_eq!(sent.unwrap_err().kind(), ErrorKind::UnknownAddress);
        ctx.start_worker(address, Hop).await?;
        ctx.stop_worker(address).await?;
    }
    Ok(error)
}

async fn ends(mut control: Control, end: End, events: &[Event]) {
    control.end(end);
    assert_eq!(control.until_dropped().await, events);
}

#[ockam::test(allow(unhandled))]
async fn its_error_is_the_error_of_the_start(ctx: Context) -> Result<()> {
    let events = [Event::Initializing, Event::Dropped];
    let error = failed(&ctx, |control| async move {
        ends(control, End::Fails, &events).await;
    });
    let error = error.await?;
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.to_string(), "not today");
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn a_panic_is_an_error_that_names_the_address_and_the_reason(ctx: Context) -> Result<()> {
    let events = [Event::Initializing, Event::Dropped];
    let error = failed(&ctx, |control| async move {
        ends(control, End::Panics, &events).await;
    });
    let error = error.await?;
    assert_eq!(error.kind(), ErrorKind::Panicked);
    for part in ["0#worker", "not in this life"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_initialize_that_takes_too_long_is_an_error() -> Result<()> {
    let node = NodeBuilder::new().start_timeout(Duration::from_secs(3));
    let ctx = node.start().await?;
    let clock = tokio::time::Instant::now();
    let error = failed(&ctx, |mut control| async move {
        assert_eq!(
            control.until_dropped().await,
            [Event::Initializing, Event::Interrupted, Event::Dropped]
        );
    });
    let error = error.await?;
    assert_eq!(clock.elapsed(), Duration::from_secs(3));
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.to_string().contains("0#worker"), "{error}");
    ctx.stop().await
}

#[ockam::test(allow(unhandled))]
async fn a_kill_meanwhile_is_an_error(ctx: Context) -> Result<()> {
    let error = failed(&ctx, |mut control| {
        let ctx = &ctx;
        async move {
            ctx.kill_worker("alias").await.expect("it is killed");
            assert_eq!(
                control.until_dropped().await,
                [Event::Initializing, Event::Interrupted, Event::Dropped]
            );
        }
    });
    let error = error.await?;
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert!(error.to_string().contains("0#worker"), "{error}");
    Ok(())
}

/// Panics before `initialize` returns a future.
struct Hasty;

impl Worker for Hasty {
    type Message = u64;
    type Context = Context;

    fn initialize(&mut self, ctx: &mut Context) -> impl Future<Output = Result<()>> + Send {
        assert_ne!(ctx.address(), &Address::from("hasty"), "not even a future");
        async { Ok(()) }
    }
}

#[ockam::test]
async fn a_panic_before_the_future_of_initialize_is_an_error_too(ctx: Context) -> Result<()> {
    let error = ctx.start_worker("hasty", Hasty).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Panicked);
    assert!(error.to_string().contains("not even a future"), "{error}");
    ctx.start_worker("hasty", Hop).await?;
    Ok(())
}

/// Fails in its `initialize`, and panics when it is dropped for that.
struct SoreLoser;

#[async_worker]
impl Worker for SoreLoser {
    type Message = u64;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        Err(Error::new(ErrorKind::InvalidInput, "not today"))
    }
}

impl Drop for SoreLoser {
    fn drop(&mut self) {
        panic!("and not tomorrow");
    }
}

#[ockam::test]
async fn a_worker_that_panics_when_it_is_dropped_fails_no_one_else(ctx: Context) -> Result<()> {
    let error = ctx.start_worker("loser", SoreLoser).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let error = ctx.start_worker("app", SoreLoser).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressTaken);
    ctx.start_worker("loser", Hop).await?;
    Ok(())
}

/// Its `initialize` never ends, and panics when it is dropped.
struct Stubborn;

#[async_worker]
impl Worker for Stubborn {
    type Message = u64;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        let _held_across_the_wait = SoreLoser;
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn an_initialize_that_panics_when_it_is_dropped_fails_no_one_else() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let error = ctx.start_worker("stubborn", Stubborn).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    ctx.start_worker("stubborn", Hop).await?;
    ctx.stop().await
}

#[tokio::test]
async fn a_node_that_stops_starts_nothing() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.stop().await?;
    let (worker, mut control) = hesitant();
    let error = ctx.start_worker("worker", worker).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert_eq!(control.until_dropped().await, [Event::Dropped]);
    Ok(())
}
