//! A message that was accepted and not handled is counted once. A message that was returned to its
//! sender is not counted.

use ockam::{Context, ErrorKind, LocalOnly, Result, Worker, WorkerBuilder, async_worker};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::poll_once;

#[ockam::test]
async fn what_comes_back_is_no_dead_letter(ctx: Context) -> Result<()> {
    let (worker, mut gate) = gated();
    let gated = WorkerBuilder::new("gated", worker).mailbox_capacity(1);
    let handle = gated.start(&ctx).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    handle.send(2).await?;

    assert!(ctx.try_send("gated", 3_u64).is_err());
    assert!(handle.try_send(4).is_err());
    assert!(ctx.send_message("nobody", 5_u64).await.is_err());
    assert!(
        ctx.send_message("gated", "no number".to_string())
            .await
            .is_err()
    );
    let mut given_up = Box::pin(ctx.send_message("gated", 6_u64));
    assert!(poll_once(&mut given_up).await.is_pending());
    drop(given_up);

    gate.open_for_good();
    ctx.stop_worker("gated").await?;
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn what_is_queued_when_a_worker_is_killed_is_counted(ctx: Context) -> Result<()> {
    let (worker, mut gate) = gated();
    ctx.start_worker("gated", worker).await?;
    for number in 0..10_u64 {
        ctx.send_message("gated", number).await?;
    }
    assert_eq!(gate.next().await, Event::Begun(0));
    ctx.kill_worker("gated").await?;
    assert_eq!(
        ctx.dead_letters(),
        9,
        "all but the one whose handling had begun"
    );
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn what_is_left_in_a_mailbox_that_is_dropped_is_counted(ctx: Context) -> Result<()> {
    let mut inbox = ctx.open("inbox")?;
    for number in 0..10_u64 {
        ctx.send_message("inbox", number).await?;
    }
    ctx.send_message("inbox", LocalOnly("another type")).await?;
    assert_eq!(
        inbox.receive_matching::<u64>(|number| *number == 7).await?,
        7
    );
    drop(inbox);
    assert_eq!(ctx.dead_letters(), 10);
    Ok(())
}

/// Only initialises: it has no handler.
struct Deaf;

#[async_worker]
impl Worker for Deaf {
    type Message = u64;
}

#[ockam::test(allow(failures))]
async fn what_a_worker_without_a_handler_is_sent_is_counted(ctx: Context) -> Result<()> {
    ctx.start_worker("deaf", Deaf).await?;
    ctx.send_message("deaf", 1_u64).await?;
    ctx.send_message("deaf", 2_u64).await?;
    eventually("both are counted", || ctx.dead_letters() == 2).await;
    Ok(())
}

#[ockam::test]
async fn who_asks_a_worker_without_a_handler_is_told(ctx: Context) -> Result<()> {
    ctx.start_worker("deaf", Deaf).await?;
    let error = ctx.ask::<u64>("deaf", 1_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoReply);
    assert!(error.to_string().contains("0#deaf"), "{error}");
    Ok(())
}

/// Asks the deaf worker, and reports the error.
struct Interpreter;

#[async_worker]
impl Worker for Interpreter {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let answer: u64 = ctx.ask("deaf", msg).await?;
        ctx.reply(answer).await
    }
}

#[ockam::test]
async fn a_message_is_counted_once_however_far_its_error_travels(ctx: Context) -> Result<()> {
    ctx.start_worker("deaf", Deaf).await?;
    ctx.start_worker("interpreter", Interpreter).await?;
    let error = ctx.ask::<u64>("interpreter", 1_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoReply);
    ctx.stop_worker("interpreter").await?;
    ctx.stop_worker("deaf").await?;
    assert!(
        ctx.dead_letters() <= 1,
        "the interpreter handled its message"
    );
    Ok(())
}
