//! Questions and answers that don't fit each other.

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::pace::soon;
use tokio_stream::{iter, pending};

use super::with;

#[tokio::test]
async fn one_answer_and_many_parts_are_told_apart() -> Result<()> {
    struct Doubles;
    impl Worker for Doubles {
        type Message = u64;
        type Context = Context;

        async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
            ctx.reply(2 * msg).await
        }
    }
    let ctx = with(|parts| iter(0..parts)).await?;
    ctx.start_worker("doubles", Doubles).await?;
    let error = ctx.ask::<u64>("streams", 3_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error}");
    assert!(error.to_string().contains("Streaming<u64>"), "{error}");
    let error = ctx.ask_stream::<u64>("doubles", 3_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error}");
    let error = ctx
        .ask_stream::<String>("streams", 3_u64)
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::WrongType,
        "parts of another type: {error}"
    );
    soon(ctx.stop()).await
}

#[tokio::test]
async fn what_was_not_asked_is_not_answered_with_parts() -> Result<()> {
    struct Tells(tokio::sync::mpsc::UnboundedSender<ErrorKind>);
    impl Worker for Tells {
        type Message = u64;
        type Context = Context;

        async fn handle_message(&mut self, ctx: &mut Context, _: u64) -> Result<()> {
            let error = ctx.reply_stream(pending::<u64>()).await.unwrap_err();
            let _ = self.0.send(error.kind());
            Ok(())
        }
    }
    let (sender, mut kinds) = tokio::sync::mpsc::unbounded_channel();
    let ctx = NodeBuilder::new().start().await?;
    let tells = ctx.start_worker("tells", Tells(sender)).await?;
    tells.send(1).await?;
    assert_eq!(soon(kinds.recv()).await, Some(ErrorKind::NoRoute));
    soon(ctx.stop()).await
}

#[tokio::test(start_paused = true)]
async fn an_answer_has_to_begin_in_time_and_may_then_take_any_time() -> Result<()> {
    let ctx = with(|_| iter([1])).await?;
    let silent = ctx.open("silent")?;
    let asked = ctx.ask_stream::<u64>("silent", 0_u64).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    drop(silent);
    let mut streaming = ctx.ask_stream::<u64>("streams", 0_u64).await?;
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!(super::next(&mut streaming).await.transpose()?, Some(1));
    soon(ctx.stop()).await
}
