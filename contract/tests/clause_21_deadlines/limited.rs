//! A handler with a time limit is dropped at its `.await` when that is over.

use std::future::pending;
use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Restart, Result, Supervisor, Worker, WorkerBuilder};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::soon;
use tokio::time::{Instant, sleep};

use super::scene::{SECOND, does, slack};

#[tokio::test(start_paused = true)]
async fn its_asker_is_told_and_the_worker_lives() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let builder = WorkerBuilder::new("gated", worker).handler_timeout(SECOND);
    let handle = builder.start(&ctx).await?;
    let begin = Instant::now();
    let asked = handle.ask::<u64>(1).await.unwrap_err();
    assert_eq!(asked.kind(), ErrorKind::TimedOut);
    assert!(asked.to_string().contains("0#gated"), "{asked}");
    assert!((SECOND..=SECOND + slack(SECOND)).contains(&begin.elapsed()));
    assert_eq!(gate.next().await, Event::Begun(1));
    assert_eq!(gate.next().await, Event::Cancelled(1));
    // A tell has nobody to be told.
    handle.send(2).await?;
    handle.send(3).await?;
    for event in [Event::Begun(2), Event::Cancelled(2), Event::Begun(3)] {
        assert_eq!(gate.next().await, event);
    }
    gate.open(1);
    assert_eq!(gate.next().await, Event::Done(3));
    ctx.stop().await
}

struct Rested(u64);

impl Worker for Rested {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.0 += 1;
        sleep(Duration::from_secs(msg)).await;
        ctx.reply(self.0).await
    }
}

#[tokio::test(start_paused = true)]
async fn each_message_has_all_of_it() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let builder = WorkerBuilder::new("rested", Rested(0)).handler_timeout(SECOND * 3);
    let handle = builder.start(&ctx).await?;
    for count in 1..10 {
        assert_eq!(handle.ask::<u64>(2).await?, count);
    }
    let late = handle.ask::<u64>(4).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::TimedOut);
    assert_eq!(
        handle.ask::<u64>(1).await?,
        11,
        "what it had done stays done"
    );
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn it_restarts_the_worker_if_its_policy_says_so() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for is_fatal in [false, true] {
        let restart = Restart::on_failure()
            .fatal(move |error| is_fatal && error.kind() == ErrorKind::TimedOut);
        let builder = WorkerBuilder::from_fn("rested", || Rested(0))
            .restart(restart)
            .handler_timeout(SECOND);
        let handle = builder.start(&ctx).await?;
        let late = handle.ask::<u64>(2).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::TimedOut);
        let count = handle.ask::<u64>(0).await?;
        assert_eq!(count, if is_fatal { 1 } else { 2 });
        // The limit is also that of the next incarnation.
        let late = handle.ask::<u64>(2).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::TimedOut);
        handle.stop().await?;
    }
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn the_children_of_a_supervisor_have_it() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let child = WorkerBuilder::from_fn("rested", || Rested(0)).handler_timeout(SECOND);
    Supervisor::one_for_one("top")
        .child(child)
        .start(&ctx)
        .await?;
    let late = ctx.ask::<u64>("rested", 2_u64).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::TimedOut);
    ctx.stop().await
}

/// Panics when the handler is dropped.
struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("on purpose");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_when_it_is_dropped_ends_its_worker_only() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let worker = does(|_, _| {
        Box::pin(async {
            let _panics = PanicsOnDrop;
            pending().await
        })
    });
    let builder = WorkerBuilder::new("worker", worker).handler_timeout(SECOND);
    let handle = builder.start(&ctx).await?;
    let asked = soon(handle.ask::<u64>(1)).await.unwrap_err();
    assert_eq!(asked.kind(), ErrorKind::Panicked);
    assert_eq!(
        soon(handle.ask::<u64>(1)).await.unwrap_err().kind(),
        ErrorKind::Stopped
    );
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn none_is_refused_and_the_longest_one_never_ends() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let refused = WorkerBuilder::new("rested", Rested(0)).handler_timeout(Duration::ZERO);
    let refused = refused.start(&ctx).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    for longest in [Duration::MAX, Duration::from_nanos(u64::MAX)] {
        let builder = WorkerBuilder::new("rested", Rested(0)).handler_timeout(longest);
        let handle = builder.start(&ctx).await?;
        let day = SECOND * 86_400;
        assert_eq!(handle.ask_timeout::<u64>(86_000, day).await?, 1);
        handle.stop().await?;
    }
    let shortest = Duration::from_nanos(1);
    let builder = WorkerBuilder::new("rested", Rested(0)).handler_timeout(shortest);
    let handle = builder.start(&ctx).await?;
    assert_eq!(
        handle.ask::<u64>(9).await.unwrap_err().kind(),
        ErrorKind::TimedOut
    );
    ctx.stop().await
}
