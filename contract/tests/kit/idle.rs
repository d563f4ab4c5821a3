use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use tokio::time::{Instant, sleep};

use super::{Mood, Moody};

/// Passes a number on to itself until it is 0, and yields each time.
struct Countdown;

impl Worker for Countdown {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, left: u64) -> Result<()> {
        tokio::task::yield_now().await;
        match left {
            0 => ctx.send_message("app", "done".to_owned()).await,
            left => ctx.send_message("countdown", left - 1).await,
        }
    }
}

#[ockam::test]
async fn everything_that_was_sent_is_handled(mut ctx: Context) -> Result<()> {
    let countdown = ctx.start_worker("countdown", Countdown).await?;
    countdown.send(1_000).await?;
    ctx.idle().await?;
    let done = ctx.receive_timeout::<String>(Duration::ZERO).await?;
    assert_eq!(done, "done");
    Ok(())
}

#[ockam::test(paused)]
async fn paused_time_does_not_move_on(ctx: Context) -> Result<()> {
    let begin = Instant::now();
    let later = tokio::spawn(sleep(Duration::from_millis(1)));
    ctx.idle().await?;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert!(!later.is_finished());
    later.await.expect("it does not panic");
    Ok(())
}

#[ockam::test]
async fn failures_that_nobody_was_told_of_are_its_error_once(ctx: Context) -> Result<()> {
    let moody = ctx.start_worker("moody", Moody).await?;
    moody.send(Mood::Fails).await?;
    moody.send(Mood::Panics).await?;
    let failures = ctx.idle().await.expect_err("two failures").to_string();
    assert!(
        failures.contains("0#moody: a message was not handled: in a bad mood"),
        "{failures}"
    );
    assert!(
        failures.contains("0#moody: panicked: in a panic"),
        "{failures}"
    );
    ctx.idle().await
}

#[ockam::test]
async fn several_may_wait_at_once(ctx: Context) -> Result<()> {
    let (one, other) = (ctx.open("one")?, ctx.open("other")?);
    let waiting = [one, other].map(|ctx| tokio::spawn(async move { ctx.idle().await }));
    ctx.idle().await?;
    for task in waiting {
        task.await.expect("it does not panic")?;
    }
    Ok(())
}

#[ockam::test]
async fn one_that_was_dropped_keeps_nobody_waiting(ctx: Context) -> Result<()> {
    let dropped = ctx.idle();
    tokio::select! {
        biased;
        _ = dropped => panic!("the other branch is ready"),
        () = std::future::ready(()) => {}
    }
    ctx.idle().await
}

#[ockam::test(worker_threads = 2)]
async fn on_several_threads_nobody_can_tell(ctx: Context) -> Result<()> {
    let error = ctx.idle().await.expect_err("nobody can tell");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    Ok(())
}

#[tokio::test]
async fn outside_of_a_test_of_a_node_nobody_can_tell() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let error = ctx.idle().await.expect_err("nobody can tell");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    ctx.stop().await
}
