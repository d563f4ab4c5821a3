//! Failures on a route are reported to the asker.

use std::time::Duration;

use ockam::{
    Any, Context, Error, ErrorKind, NodeBuilder, Result, Route, Worker, async_worker, route,
};
use ockam_contract::recorder::Recorder;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::witness::{witnesses, written};

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Do {
    Fail,
    Panic,
    Drop,
}

/// The worker at the end of the route, which gives no answer, in different ways.
struct Unhelpful;

#[async_worker]
impl Worker for Unhelpful {
    type Message = Do;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: Do) -> Result<()> {
        match msg {
            Do::Fail => Err(Error::new(ErrorKind::InvalidInput, "not like that")),
            Do::Panic => panic!("not at all"),
            Do::Drop => Ok(()),
        }
    }
}

/// A hop that drops its messages.
struct Hole;

#[async_worker]
impl Worker for Hole {
    type Message = Any;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: Any) -> Result<()> {
        Ok(())
    }
}

/// Starts a node with two hops, `a` and `b`.
async fn node() -> Result<(Context, Instant)> {
    let ctx = NodeBuilder::new().start().await?;
    let _nobody_reads = witnesses(&ctx, &["a", "b"]).await?;
    Ok((ctx, Instant::now()))
}

async fn asked(ctx: &Context, end: &str, message: Do) -> Error {
    let asked = ctx.ask::<()>(route!["a", "b", end], message).await;
    asked.expect_err("there is no answer")
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_handler_at_the_end_is_told_to_the_asker() -> Result<()> {
    let (ctx, clock) = node().await?;
    ctx.start_worker("end", Unhelpful).await?;
    let error = asked(&ctx, "end", Do::Fail).await;
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.to_string(), "not like that");
    assert_eq!(clock.elapsed(), Duration::ZERO);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_panic_at_the_end_is_told_to_the_asker() -> Result<()> {
    let (ctx, clock) = node().await?;
    ctx.start_worker("end", Unhelpful).await?;
    let error = asked(&ctx, "end", Do::Panic).await;
    assert_eq!(error.kind(), ErrorKind::Panicked);
    assert!(error.to_string().contains("0#end"), "{error}");
    assert_eq!(clock.elapsed(), Duration::ZERO);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_dropped_anywhere_on_the_way_gets_no_reply() -> Result<()> {
    let (ctx, clock) = node().await?;
    ctx.start_worker("end", Unhelpful).await?;
    ctx.start_worker("hole", Hole).await?;
    let error = asked(&ctx, "end", Do::Drop).await;
    assert_eq!(error.kind(), ErrorKind::NoReply);
    let swallowed = ctx
        .ask::<()>(route!["a", "hole", "b", "end"], Do::Fail)
        .await;
    assert_eq!(swallowed.unwrap_err().kind(), ErrorKind::NoReply);
    assert_eq!(clock.elapsed(), Duration::ZERO);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn what_a_hop_can_not_pass_on_comes_back_to_the_asker() -> Result<()> {
    let (ctx, clock) = node().await?;
    let (numbers, _ignored) = Recorder::<u64>::new();
    ctx.start_worker("numbers", numbers).await?;
    for (end, kind) in [
        ("nobody", ErrorKind::UnknownAddress),
        ("numbers", ErrorKind::WrongType),
    ] {
        let mut error = asked(&ctx, end, Do::Drop).await;
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(&format!("0#{end}")), "{error}");
        assert_eq!(error.take::<Do>(), Some(Do::Drop), "as what it was sent");
    }
    let mut error = ctx.ask::<()>(route!["a", "b"], Do::Drop).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute, "the route ends at a hop");
    assert_eq!(error.take::<Do>(), Some(Do::Drop));
    assert_eq!(clock.elapsed(), Duration::ZERO);
    assert_eq!(ctx.dead_letters(), 0, "the asker has them");
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_hop_that_finds_no_room_tells_the_asker() -> Result<()> {
    let node = NodeBuilder::new().send_timeout(Duration::from_secs(5));
    let ctx = node.mailbox_capacity(1).start().await?;
    let _nobody_reads = witnesses(&ctx, &["a"]).await?;
    let full = ctx.open("full")?;
    ctx.send_message("full", Do::Drop).await?;

    let mut error = ctx
        .ask::<()>(route!["a", "full"], Do::Fail)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.to_string().contains("0#full"), "{error}");
    assert_eq!(error.take::<Do>(), Some(Do::Fail));
    drop(full);
    ctx.stop().await
}

#[ockam::test(allow(failures))]
async fn a_message_that_a_hop_can_not_pass_on_is_counted(ctx: Context) -> Result<()> {
    let mut lines = witnesses(&ctx, &["a", "b"]).await?;
    let lost: [Route; 2] = [route!["a", "b", "nobody"], route!["a", "b"]];
    for route in lost {
        ctx.send_message(route, Do::Drop).await?;
    }
    ctx.stop_worker("a").await?;
    ctx.stop_worker("b").await?;
    assert_eq!(written(&mut lines).len(), 4);
    assert_eq!(ctx.dead_letters(), 2, "nobody else is told");
    Ok(())
}

#[ockam::test]
async fn a_hop_that_stops_tells_the_asker_and_the_next_one_finds_it_gone(
    ctx: Context,
) -> Result<()> {
    let _lines = witnesses(&ctx, &["a", "b"]).await?;
    ctx.start_worker("end", Unhelpful).await?;
    ctx.stop_worker("b").await?;
    let error = asked(&ctx, "end", Do::Fail).await;
    assert_eq!(error.kind(), ErrorKind::UnknownAddress);
    assert!(error.to_string().contains("0#b"), "{error}");
    Ok(())
}

/// Answers only when the hop through which the question came has stopped.
struct Late;

#[async_worker]
impl Worker for Late {
    type Message = Do;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: Do) -> Result<()> {
        ctx.stop_worker("a").await?;
        ctx.reply(()).await
    }
}

#[ockam::test]
async fn an_answer_that_does_not_find_back_ends_the_ask(ctx: Context) -> Result<()> {
    let _lines = witnesses(&ctx, &["a"]).await?;
    ctx.start_worker("late", Late).await?;
    let asked = ctx.ask::<()>(route!["a", "late"], Do::Drop).await;
    let error = asked.expect_err("the answer has no way back");
    assert_eq!(error.kind(), ErrorKind::UnknownAddress, "{error}");
    assert!(error.to_string().contains("0#a"), "{error}");
    Ok(())
}
