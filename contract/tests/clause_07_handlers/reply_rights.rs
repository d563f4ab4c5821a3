//! The right to answer an ask: used later, used in another task, or not used.

use std::time::Duration;

use ockam::{
    Context, ErrorKind, LocalOnly, NodeBuilder, Result, Route, Routed, Worker, async_worker,
};
use ockam_contract::pace::poll_once;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::time::Instant;

/// The action for a question.
#[derive(Serialize, Deserialize)]
enum Do {
    Forget,
    Keep,
    /// Answer all askers that wait.
    AnswerAll,
    ForgetAll,
    Panic,
}

/// Keeps askers waiting.
#[derive(Default)]
struct Keeper(Vec<Route>);

#[async_worker]
impl Worker for Keeper {
    type Message = Do;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Do>) -> Result<()> {
        match *msg {
            Do::Forget => {}
            Do::Keep => self.0.push(msg.return_route().clone()),
            Do::AnswerAll => {
                for (number, asker) in (0_u64..).zip(self.0.drain(..)) {
                    ctx.send_message(asker, number).await?;
                }
            }
            Do::ForgetAll => self.0.clear(),
            Do::Panic => panic!("so that everything is dropped"),
        }
        Ok(())
    }
}

/// Starts a node on a paused clock.
async fn keeper() -> Result<(Context, Instant)> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("keeper", Keeper::default()).await?;
    Ok((ctx, Instant::now()))
}

#[tokio::test(start_paused = true)]
async fn a_right_that_is_dropped_unused_ends_the_ask_at_once() -> Result<()> {
    let (ctx, clock) = keeper().await?;
    let error = ctx.ask::<u64>("keeper", Do::Forget).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoReply);
    assert!(error.to_string().contains("0#keeper"), "{error}");
    assert_eq!(clock.elapsed(), Duration::ZERO);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_right_that_is_kept_answers_later() -> Result<()> {
    let (ctx, clock) = keeper().await?;
    let mut first = Box::pin(ctx.ask::<u64>("keeper", Do::Keep));
    let mut second = Box::pin(ctx.ask::<u64>("keeper", Do::Keep));
    assert!(poll_once(&mut first).await.is_pending());
    assert!(poll_once(&mut second).await.is_pending());
    ctx.send_message("keeper", Do::AnswerAll).await?;
    assert_eq!((first.await?, second.await?), (0, 1));
    assert_eq!(clock.elapsed(), Duration::ZERO);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_right_that_is_kept_ends_with_whatever_holds_it() -> Result<()> {
    for end in 0..4 {
        let (ctx, clock) = keeper().await?;
        let mut kept = Box::pin(ctx.ask::<u64>("keeper", Do::Keep));
        assert!(poll_once(&mut kept).await.is_pending());
        match end {
            0 => ctx.send_message("keeper", Do::ForgetAll).await?,
            1 => ctx.send_message("keeper", Do::Panic).await?,
            2 => ctx.stop_worker("keeper").await?,
            _ => {
                // The handling of the question has begun, so the question is no longer queued.
                tokio::time::sleep(Duration::from_millis(1)).await;
                ctx.kill_worker("keeper").await?;
            }
        }
        assert_eq!(kept.await.unwrap_err().kind(), ErrorKind::NoReply, "{end}");
        assert!(clock.elapsed() <= Duration::from_millis(1));
        ctx.stop().await?;
    }
    Ok(())
}

/// Leaves the answer to a task, which waits for the receiver in the question.
struct Delegator;

type Later = LocalOnly<oneshot::Receiver<u64>>;

#[async_worker]
impl Worker for Delegator {
    type Message = Later;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Later>) -> Result<()> {
        let (asker, sender) = (msg.return_route().clone(), ctx.sender());
        tokio::spawn(async move {
            let answer = msg.into_body().0.await?;
            sender.send_message(asker, answer).await
        });
        Ok(())
    }
}

#[ockam::test]
async fn a_task_can_answer_when_the_handler_has_long_returned(ctx: Context) -> Result<()> {
    let delegator = ctx.start_worker("delegator", Delegator).await?;
    let (answer, later) = oneshot::channel();
    let mut asked = Box::pin(delegator.ask::<u64>(LocalOnly(later)));
    assert!(poll_once(&mut asked).await.is_pending());
    ctx.stop_worker("delegator").await?;
    assert!(poll_once(&mut asked).await.is_pending());
    assert_eq!(answer.send(42), Ok(()));
    assert_eq!(asked.await?, 42);
    Ok(())
}

#[ockam::test]
async fn a_task_that_ends_without_an_answer_ends_the_ask(ctx: Context) -> Result<()> {
    let delegator = ctx.start_worker("delegator", Delegator).await?;
    let (answer, later) = oneshot::channel();
    drop(answer);
    let error = delegator.ask::<u64>(LocalOnly(later)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoReply);
    Ok(())
}
