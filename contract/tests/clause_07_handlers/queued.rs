//! Queued messages, waiting senders and waiting stops when a handler panics.

use std::sync::{Arc, OnceLock};
use std::task::{Context as TaskContext, Wake, Waker};
use std::time::Duration;

use ockam::{Address, Context, ErrorKind, NodeBuilder, Result, WorkerBuilder};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

use super::nervous::{Do, Nervous, start};

/// Records the state of the node at the moment when an asker is woken.
struct Moment {
    observer: Context,
    seen: OnceLock<(Vec<Address>, u64)>,
}

impl Wake for Moment {
    fn wake(self: Arc<Self>) {
        let observer = &self.observer;
        let seen = (observer.list_workers(), observer.dead_letters());
        let _ = self.seen.set(seen);
    }
}

#[tokio::test(start_paused = true)]
async fn when_somebody_is_told_the_address_is_free_and_all_is_counted() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    // Two askers get an error: the one whose question is being handled, and the one whose question is
    // queued.
    for (first, asked) in [(Do::Nothing, Do::PanicLater), (Do::PanicLater, Do::Nothing)] {
        let (nervous, _seen) = start(&ctx).await?;
        nervous.send(first).await?;
        let observer = ctx.open("observer")?;
        let seen = OnceLock::new();
        let moment = Arc::new(Moment { observer, seen });
        let mut ask = Box::pin(nervous.ask::<()>(asked));
        let waker = Waker::from(moment.clone());
        let polled = ask.as_mut().poll(&mut TaskContext::from_waker(&waker));
        assert!(polled.is_pending());
        nervous.send(Do::Nothing).await?;
        nervous.send(Do::Nothing).await?;

        let lost = ctx.dead_letters();
        let queued = if asked == Do::Nothing { 3 } else { 2 };
        while moment.seen.get().is_none() {
            at_rest().await;
        }
        assert_eq!(moment.seen.get(), Some(&(Vec::new(), lost + queued)));
        assert!(ask.await.is_err());
    }
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn what_was_queued_is_counted_and_its_askers_are_told() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (nervous, mut seen) = start(&ctx).await?;
    let mut running = Box::pin(nervous.ask::<()>(Do::PanicLater));
    assert!(poll_once(&mut running).await.is_pending());
    let mut queued = Vec::new();
    for number in 0..20 {
        match number % 2 {
            0 => ctx.send_message("alias", Do::Answer).await?,
            _ => {
                let mut ask = Box::pin(ctx.ask::<()>("nervous", Do::Answer));
                assert!(poll_once(&mut ask).await.is_pending());
                queued.push(ask);
            }
        }
    }

    assert_eq!(running.await.unwrap_err().kind(), ErrorKind::Panicked);
    assert_eq!(ctx.dead_letters(), 20);
    for ask in queued {
        let error = ask.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stopped);
        assert!(error.to_string().contains("0#nervous"), "{error}");
    }
    assert_eq!(seen.recv().await, Some("handling"));
    assert_eq!(seen.recv().await, None);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_gets_the_message_back() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (events, mut seen) = unbounded_channel();
    let nervous = WorkerBuilder::new("nervous", Nervous(events)).mailbox_capacity(1);
    let nervous = nervous.start(&ctx).await?;
    nervous.send(Do::PanicLater).await?;
    assert_eq!(seen.recv().await, Some("handling"));
    nervous.send(Do::Answer).await?;

    let mut error = ctx.send_message("nervous", Do::Panic).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert_eq!(error.take::<Do>(), Some(Do::Panic));
    assert_eq!(
        nervous.try_send(Do::Answer).unwrap_err().kind(),
        ErrorKind::Stopped
    );
    assert_eq!(ctx.dead_letters(), 1);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_stop_of_a_worker_that_panics_waits_no_longer() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (nervous, mut seen) = start(&ctx).await?;
    nervous.send(Do::PanicLater).await?;
    nervous.send(Do::Answer).await?;
    assert_eq!(seen.recv().await, Some("handling"));
    let clock = tokio::time::Instant::now();
    // The result of the stop doesn't matter here.
    let _ = soon(ctx.stop_worker("nervous")).await;
    assert!(clock.elapsed() <= Duration::from_millis(1));
    assert!(ctx.list_workers().is_empty());
    assert_eq!(ctx.dead_letters(), 1);
    ctx.stop().await
}

/// Eight tasks send to a worker that panics at every tenth message, and start it again.
#[ockam::test(worker_threads = 2, allow(failures, unhandled))]
async fn nothing_is_unaccounted_for_however_often_a_worker_panics(ctx: Context) -> Result<()> {
    const EACH: u64 = 2_000;
    let (events, mut handled) = unbounded_channel();
    ctx.start_worker("nervous", Nervous(events.clone())).await?;
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let home = ctx.open(format!("home-{task}"))?;
        let events = events.clone();
        tasks.spawn(async move {
            let mut given_back = 0;
            for number in 0..EACH {
                let order = if number % 10 == task {
                    Do::Panic
                } else {
                    Do::Nothing
                };
                if let Err(mut error) = home.sender().send_message("nervous", order).await {
                    assert_eq!(error.take::<Do>(), Some(order), "{error}");
                    given_back += 1;
                    // Another task may have started it first.
                    let _ = home.start_worker("nervous", Nervous(events.clone())).await;
                }
            }
            given_back
        });
    }
    let given_back: u64 = tasks.join_all().await.into_iter().sum();
    // The worker is gone if the last message made it panic.
    let _ = ctx.stop_worker("nervous").await;
    drop(events);
    let mut begun = 0;
    while let Some(event) = handled.recv().await {
        begun += u64::from(event == "handling");
    }
    eventually("every message is accounted for", || {
        begun + given_back + ctx.dead_letters() == 8 * EACH
    })
    .await;
    Ok(())
}
