//! Messages that find no room, or whose receiver has stopped.

use std::time::Duration;

use ockam::{Context, ErrorKind, Message, NodeBuilder, Result, Worker, async_worker};
use ockam_contract::pace::poll_once;
use tokio::sync::oneshot;

struct Secret(u64);

impl Message for Secret {}

/// Never finishes its first message.
struct Stuck(Option<oneshot::Sender<()>>);

#[async_worker]
impl Worker for Stuck {
    type Message = Secret;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: Secret) -> Result<()> {
        if let Some(begun) = self.0.take() {
            let _ = begun.send(());
        }
        std::future::pending().await
    }
}

/// Starts a node with a stuck worker whose mailbox, for one message, is full.
async fn crowded() -> Result<Context> {
    let node = NodeBuilder::new()
        .mailbox_capacity(1)
        .send_timeout(Duration::from_secs(5))
        .ask_timeout(Duration::from_secs(7))
        .stop_timeout(Duration::from_secs(1));
    let ctx = node.start().await?;
    let (begun, has_begun) = oneshot::channel();
    ctx.start_worker("stuck", Stuck(Some(begun))).await?;
    ctx.send_message("stuck", Secret(100)).await?;
    has_begun.await?;
    ctx.send_message("stuck", Secret(101)).await?;
    Ok(ctx)
}

#[track_caller]
fn given_back(result: Result<()>, kind: ErrorKind, number: u64) {
    let mut error = result.expect_err("there is no room");
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains("0#stuck"), "{error}");
    assert_eq!(error.take::<Secret>().map(|secret| secret.0), Some(number));
}

#[tokio::test(start_paused = true)]
async fn a_full_mailbox_gives_the_message_back() -> Result<()> {
    let ctx = crowded().await?;
    given_back(ctx.try_send("stuck", Secret(1)), ErrorKind::MailboxFull, 1);
    given_back(
        ctx.sender().try_send("stuck", Secret(2)),
        ErrorKind::MailboxFull,
        2,
    );
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_send_that_finds_no_room_in_time_gives_the_message_back() -> Result<()> {
    let ctx = crowded().await?;
    given_back(
        ctx.send_message("stuck", Secret(1)).await,
        ErrorKind::TimedOut,
        1,
    );
    let sender = ctx.sender();
    given_back(
        sender.send_message("stuck", Secret(2)).await,
        ErrorKind::TimedOut,
        2,
    );
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_question_that_finds_no_room_in_time_comes_back() -> Result<()> {
    let ctx = crowded().await?;
    given_back(
        ctx.ask::<()>("stuck", Secret(1)).await,
        ErrorKind::TimedOut,
        1,
    );
    given_back(
        ctx.sender().ask::<()>("stuck", Secret(2)).await,
        ErrorKind::TimedOut,
        2,
    );
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_handle_gives_back_what_finds_no_room() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (begun, has_begun) = oneshot::channel();
    let handle = ctx.start_worker("stuck", Stuck(Some(begun))).await?;
    handle.send(Secret(100)).await?;
    has_begun.await?;
    handle.try_send(Secret(101))?;

    given_back(handle.try_send(Secret(1)), ErrorKind::MailboxFull, 1);
    given_back(handle.send(Secret(2)).await, ErrorKind::TimedOut, 2);
    given_back(handle.ask::<()>(Secret(3)).await, ErrorKind::TimedOut, 3);
    ctx.kill_worker("stuck").await?;
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_when_the_worker_stops_gets_the_message_back() -> Result<()> {
    let ctx = crowded().await?;
    let mut send = Box::pin(ctx.send_message("stuck", Secret(1)));
    let mut ask = Box::pin(ctx.ask::<()>("stuck", Secret(2)));
    assert!(poll_once(&mut send).await.is_pending());
    assert!(poll_once(&mut ask).await.is_pending());

    ctx.kill_worker("stuck").await?;
    given_back(send.await, ErrorKind::Stopped, 1);
    given_back(ask.await, ErrorKind::Stopped, 2);
    assert_eq!(
        ctx.dead_letters(),
        1,
        "what was queued is lost; what was not is no dead letter"
    );
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn who_gave_up_waiting_leaves_nothing_behind() -> Result<()> {
    let ctx = crowded().await?;
    for number in 0..3 {
        let mut send = Box::pin(ctx.send_message("stuck", Secret(number)));
        assert!(poll_once(&mut send).await.is_pending());
    }
    ctx.kill_worker("stuck").await?;
    assert_eq!(ctx.dead_letters(), 1);
    ctx.stop().await
}
