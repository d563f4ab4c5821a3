//! `app` closes first.

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

/// Sends to `app` in its `shutdown`, and reports the result.
struct Polite(UnboundedSender<(ErrorKind, Option<String>)>);

impl Worker for Polite {
    type Message = u64;
    type Context = Context;

    async fn shutdown(&mut self, ctx: &mut Context) -> Result<()> {
        let bye = || "good-bye".to_string();
        let failures = [
            ctx.send_message("app", bye()).await,
            ctx.try_send("app", bye()),
            ctx.ask::<u64>("app", bye()).await.map(|_| ()),
        ];
        for failed in failures {
            let mut error = failed.unwrap_err();
            let _ = self.0.send((error.kind(), error.take::<String>()));
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_send_to_app_fails_at_once_when_the_node_stops() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    ctx.try_send("app", 1_u64)?;
    let (told, mut tells) = unbounded_channel();
    ctx.start_worker("polite", Polite(told)).await?;
    let before = Instant::now();
    soon(ctx.stop()).await?;
    assert_eq!(
        before.elapsed().as_secs(),
        0,
        "also when its mailbox is full"
    );
    let expected = (ErrorKind::Stopped, Some("good-bye".to_string()));
    for _ in 0..3 {
        assert_eq!(tells.recv().await.as_ref(), Some(&expected));
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_waits_for_room_at_app_gets_the_message_back_when_the_node_stops()
-> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let sender = ctx.sender();
    sender.try_send("app", 1_u64)?;
    let mut waiting = Box::pin(sender.send_message("app", 2_u64));
    assert!(poll_once(&mut waiting).await.is_pending());
    soon(ctx.stop()).await?;
    let mut error = soon(waiting).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.take::<u64>()),
        (ErrorKind::Stopped, Some(2))
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn app_closes_before_the_first_worker_has_stopped() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    let inbox = ctx.open("inbox")?;
    let mut stop = Box::pin(ctx.stop());
    assert!(poll_once(&mut stop).await.is_pending());
    at_rest().await;

    let sent = inbox.send_message("app", 2_u64).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::Stopped);
    inbox.send_message("inbox", 3_u64).await?;
    gate.open_for_good();
    soon(stop).await?;
    let sent = inbox.send_message("inbox", 4_u64).await;
    assert_eq!(
        sent.unwrap_err().kind(),
        ErrorKind::Stopped,
        "those that were opened close last"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_receive_that_waits_ends_when_the_node_stops() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let mut inbox = ctx.open("inbox")?;
    let stopper = ctx.open("stopper")?;
    let mut at_app = Box::pin(ctx.receive::<u64>());
    let mut at_inbox = Box::pin(inbox.receive::<u64>());
    assert!(poll_once(&mut at_app).await.is_pending());
    assert!(poll_once(&mut at_inbox).await.is_pending());
    soon(stopper.stop()).await?;
    assert_eq!(soon(at_app).await.unwrap_err().kind(), ErrorKind::Stopped);
    assert_eq!(soon(at_inbox).await.unwrap_err().kind(), ErrorKind::Stopped);
    Ok(())
}
