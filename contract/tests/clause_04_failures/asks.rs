//! Questions without an answer, and answers without an asker.

use std::time::Duration;

use ockam::{
    Any, Context, ErrorKind, Message, NodeBuilder, Result, Route, Routed, Worker, async_worker,
};
use ockam_contract::pace::poll_once;
use tokio::sync::mpsc;

/// A question or an answer.
struct Secret(u64);

impl Message for Secret {}

/// The action of a handler.
enum Do {
    Drop,
    AnswerTwice,
    AnswerWithText,
    Keep,
}

impl Message for Do {}

/// Acts as the message says, and reports its errors.
struct Obedient {
    errors: mpsc::UnboundedSender<(ErrorKind, Option<Secret>)>,
    kept: Option<Route>,
}

impl Obedient {
    fn report(&self, result: Result<()>) {
        let mut error = result.expect_err("nobody takes this answer");
        let _ = self.errors.send((error.kind(), error.take()));
    }
}

#[async_worker]
impl Worker for Obedient {
    type Message = Do;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Do>) -> Result<()> {
        match *msg {
            Do::Drop => Ok(()),
            Do::AnswerTwice => {
                ctx.reply(Secret(1)).await?;
                self.report(ctx.reply(Secret(2)).await);
                Ok(())
            }
            Do::AnswerWithText => ctx.reply("a text".to_string()).await,
            Do::Keep => {
                if let Some(way) = self.kept.replace(msg.return_route().clone()) {
                    self.report(ctx.send_message(way, Secret(3)).await);
                }
                Ok(())
            }
        }
    }
}

type Errors = mpsc::UnboundedReceiver<(ErrorKind, Option<Secret>)>;

async fn start(ctx: &Context) -> Result<Errors> {
    let (errors, reported) = mpsc::unbounded_channel();
    let obedient = Obedient { errors, kept: None };
    ctx.start_worker("obedient", obedient).await?;
    Ok(reported)
}

#[ockam::test]
async fn a_question_that_is_dropped_ends_at_once_with_no_reply(ctx: Context) -> Result<()> {
    let _errors = start(&ctx).await?;
    let error = ctx.ask::<Secret>("obedient", Do::Drop).await.err();
    let error = error.expect("it is dropped");
    assert_eq!(error.kind(), ErrorKind::NoReply);
    assert!(error.to_string().contains("0#obedient"), "{error}");
    Ok(())
}

#[ockam::test]
async fn a_second_answer_has_no_route_and_comes_back(ctx: Context) -> Result<()> {
    let mut errors = start(&ctx).await?;
    assert_eq!(ctx.ask::<Secret>("obedient", Do::AnswerTwice).await?.0, 1);
    let (kind, answer) = errors.recv().await.expect("the second answer is refused");
    assert_eq!(kind, ErrorKind::NoRoute);
    assert_eq!(answer.map(|secret| secret.0), Some(2));
    Ok(())
}

#[ockam::test]
async fn an_answer_of_another_type_is_told_to_both(ctx: Context) -> Result<()> {
    let _errors = start(&ctx).await?;
    let error = ctx
        .ask::<Secret>("obedient", Do::AnswerWithText)
        .await
        .err();
    let error = error.expect("the answer is a text");
    assert_eq!(error.kind(), ErrorKind::WrongType);
    for name in ["Secret", "String"] {
        assert!(error.to_string().contains(name), "{error}");
    }
    assert_eq!(
        ctx.ask::<String>("obedient", Do::AnswerWithText).await?,
        "a text"
    );
    Ok(())
}

#[ockam::test]
async fn an_answer_that_comes_too_late_is_told_to_who_answers(ctx: Context) -> Result<()> {
    let mut errors = start(&ctx).await?;
    let short = Duration::from_millis(1);
    let late = ctx
        .ask_timeout::<Secret>("obedient", Do::Keep, short)
        .await
        .err();
    assert_eq!(late.map(|error| error.kind()), Some(ErrorKind::TimedOut));

    ctx.send_message("obedient", Do::Keep).await?;
    let (kind, answer) = errors.recv().await.expect("the asker waits no longer");
    assert_eq!(kind, ErrorKind::Stopped);
    assert_eq!(answer.map(|secret| secret.0), Some(3));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_in_time_is_an_error_that_names_the_address() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let silent = ctx.open("silent")?;
    for timed_out in [
        ctx.ask::<u64>("silent", 1_u64).await,
        ctx.ask_timeout("silent", 2_u64, Duration::from_millis(1))
            .await,
        ctx.sender().ask("silent", 3_u64).await,
    ] {
        let error = timed_out.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(error.to_string().contains("0#silent"), "{error}");
    }
    drop(silent);
    ctx.stop().await
}

#[ockam::test]
async fn a_question_in_a_mailbox_that_closes_is_told_that_its_receiver_has_stopped(
    ctx: Context,
) -> Result<()> {
    let silent = ctx.open("silent")?;
    let mut asked = Box::pin(ctx.ask::<u64>("silent", 7_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    drop(silent);
    let error = asked.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert!(error.to_string().contains("0#silent"), "{error}");
    assert_eq!(ctx.dead_letters(), 1);
    Ok(())
}

/// Replies to every message.
struct Talkative(mpsc::UnboundedSender<(ErrorKind, Option<Secret>)>);

#[async_worker]
impl Worker for Talkative {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: Any) -> Result<()> {
        let mut error = ctx.reply(Secret(7)).await.expect_err("nobody asked");
        let _ = self.0.send((error.kind(), error.take()));
        Ok(())
    }
}

#[ockam::test]
async fn a_reply_to_nobody_comes_back(ctx: Context) -> Result<()> {
    let (errors, mut reported) = mpsc::unbounded_channel();
    let talkative = ctx.start_worker("talkative", Talkative(errors)).await?;

    // A message that is sent by a handle has no return route.
    talkative.send(Any::new(())).await?;
    let (kind, reply) = reported.recv().await.expect("the reply has no way to go");
    assert_eq!(
        (kind, reply.map(|secret| secret.0)),
        (ErrorKind::NoRoute, Some(7))
    );

    // A sender that is gone can't be answered, either.
    let gone = ctx.open("gone")?;
    let sender = gone.sender();
    drop(gone);
    sender.send_message("talkative", ()).await?;
    let (kind, reply) = reported.recv().await.expect("the sender is gone");
    assert_eq!(
        (kind, reply.map(|secret| secret.0)),
        (ErrorKind::UnknownAddress, Some(7))
    );
    Ok(())
}
