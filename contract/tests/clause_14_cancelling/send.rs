//! A send that is dropped before it is done has sent nothing.

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, WorkerHandle};
use ockam_contract::gated::{Event, Gate, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};

use super::tracked::Existence;

#[tokio::test(start_paused = true)]
async fn a_send_that_was_never_polled_was_not_sent() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let existence = Existence::default();
    let sender = ctx.sender();
    drop(ctx.send_message("app", existence.message(1)));
    drop(sender.send_message("app", existence.message(2)));
    drop(ctx.ask::<u64>("app", existence.message(3)));
    assert_eq!(existence.count(), 0);
    sender.try_send("app", 4_u64)?;
    assert!(soon(ctx.receive::<ockam::Any>()).await?.is::<u64>());
    Ok(())
}

/// Starts a worker with a mailbox for one message, which is full.
async fn full(ctx: &Context) -> Result<(WorkerHandle<u64>, Gate)> {
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.try_send(1)?;
    assert_eq!(gate.next().await, Event::Begun(1));
    handle.try_send(2)?;
    Ok((handle, gate))
}

#[tokio::test(start_paused = true)]
async fn a_send_that_waited_for_room_was_not_sent() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (handle, mut gate) = full(&ctx).await?;
    let sender = ctx.sender();
    let mut by_context = Box::pin(ctx.send_message("worker", 3_u64));
    let mut by_sender = Box::pin(sender.send_message("worker", 3_u64));
    let mut by_handle = Box::pin(handle.send(3));
    let mut by_ask = Box::pin(ctx.ask::<u64>("worker", 3_u64));
    assert!(poll_once(&mut by_context).await.is_pending());
    assert!(poll_once(&mut by_sender).await.is_pending());
    assert!(poll_once(&mut by_handle).await.is_pending());
    assert!(poll_once(&mut by_ask).await.is_pending());

    // The first send has been granted a place, the others still wait.
    gate.open(1);
    at_rest().await;
    drop((by_context, by_sender, by_handle, by_ask));
    handle.try_send(4)?;
    assert_eq!(
        handle.try_send(5).unwrap_err().kind(),
        ErrorKind::MailboxFull
    );
    gate.open_for_good();
    soon(ctx.stop_worker("worker")).await?;
    let begun = gate
        .so_far()
        .into_iter()
        .filter(|event| matches!(event, Event::Begun(_)));
    assert_eq!(Vec::from_iter(begun), [Event::Begun(2), Event::Begun(4)]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_message_of_a_dropped_send_is_dropped_with_it() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let _inbox = ctx.open("inbox")?;
    let existence = Existence::default();
    ctx.try_send("inbox", existence.message(1))?;
    let mut waiting = Box::pin(ctx.send_message("inbox", existence.message(2)));
    assert!(poll_once(&mut waiting).await.is_pending());
    assert_eq!(existence.count(), 2);
    drop(waiting);
    assert_eq!(existence.count(), 1);
    assert_eq!(ctx.dead_letters(), 0, "it was never accepted");
    Ok(())
}

/// Answers or forwards to a full mailbox, and gives up at once.
struct GivesUp;

impl Worker for GivesUp {
    type Message = u64;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: ockam::Routed<u64>) -> Result<()> {
        let mut reply = Box::pin(ctx.reply(100_u64));
        assert!(poll_once(&mut reply).await.is_pending());
        drop(reply);
        let mut forward = Box::pin(ctx.forward(msg.with_onward_route("app")));
        assert!(poll_once(&mut forward).await.is_pending());
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_or_a_forward_that_waited_for_room_was_not_sent() -> Result<()> {
    let mut ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    ctx.start_worker("gives up", GivesUp).await?;
    ctx.try_send("app", 1_u64)?;
    ctx.send_message("gives up", 2_u64).await?;
    soon(ctx.stop_worker("gives up")).await?;
    assert_eq!(soon(ctx.receive::<u64>()).await?, 1);
    ctx.try_send("app", 3_u64)?;
    assert_eq!(soon(ctx.receive::<u64>()).await?, 3);
    assert_eq!(ctx.dead_letters(), 0, "no handler has panicked");
    Ok(())
}
