//! The order of senders that wait for room: first come, first served.

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, WorkerHandle};
use ockam_contract::gated::{Event, Gate, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// Starts a worker with a mailbox for one message, which is full.
async fn full(ctx: &Context) -> Result<(WorkerHandle<u64>, Gate)> {
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.try_send(1)?;
    assert_eq!(gate.next().await, Event::Begun(1));
    handle.try_send(2)?;
    Ok((handle, gate))
}

/// Returns the messages whose handling has begun.
fn begun(events: Vec<Event>) -> Vec<u64> {
    let begun = events.into_iter().filter_map(|event| match event {
        Event::Begun(message) => Some(message),
        _ => None,
    });
    begun.collect()
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_are_served_in_the_order_in_which_they_came() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (_handle, mut gate) = full(&ctx).await?;
    let mut sends = tokio::task::JoinSet::new();
    for message in 3..20_u64 {
        let sender = ctx.sender();
        sends.spawn(async move { sender.send_message("worker", message).await });
        at_rest().await;
    }
    gate.open_for_good();
    for sent in soon(sends.join_all()).await {
        sent?;
    }
    ctx.stop_worker("worker").await?;
    assert_eq!(begun(gate.until_dropped().await), Vec::from_iter(2..20));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn nobody_overtakes_a_sender_whose_turn_has_come() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (handle, mut gate) = full(&ctx).await?;
    let mut waiting = Box::pin(handle.send(3));
    assert!(poll_once(&mut waiting).await.is_pending());
    gate.open(1);
    at_rest().await;
    // The place of the second message is free, and belongs to the sender that waits.
    assert_eq!(
        handle.try_send(4).unwrap_err().kind(),
        ErrorKind::MailboxFull
    );
    let mut late = Box::pin(handle.send(5));
    assert!(poll_once(&mut late).await.is_pending());
    assert!(poll_once(&mut waiting).await.is_ready());

    gate.open_for_good();
    soon(late).await?;
    ctx.stop_worker("worker").await?;
    assert_eq!(begun(gate.until_dropped().await), [2, 3, 5]);
    Ok(())
}

/// Sends to itself while it handles its first message, without waiting for anything.
struct SendsToItself(UnboundedSender<Option<ErrorKind>>);

impl Worker for SendsToItself {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        if msg == 0 {
            let sent = ctx.try_send(ctx.address(), 100_u64);
            let _ = self.0.send(sent.err().map(|error| error.kind()));
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn not_even_a_handler_overtakes_those_who_wait_for_room_in_its_own_mailbox() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(8).start().await?;
    let (told, mut tells) = unbounded_channel();
    let handle = ctx.start_worker("worker", SendsToItself(told)).await?;
    for message in 0..8 {
        handle.try_send(message)?;
    }
    let mut waiting = Box::pin(handle.send(8));
    assert!(poll_once(&mut waiting).await.is_pending());
    // The place of the first message is free, and belongs to the sender that waits.
    assert_eq!(soon(tells.recv()).await, Some(Some(ErrorKind::MailboxFull)));
    soon(waiting).await
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_gives_up_before_its_turn_is_skipped() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (handle, mut gate) = full(&ctx).await?;
    let mut waiting: Vec<_> = (3..=5)
        .map(|message| Box::pin(handle.send(message)))
        .collect();
    for send in &mut waiting {
        assert!(poll_once(send).await.is_pending());
    }
    drop(waiting.remove(0));
    gate.open(1);
    at_rest().await;
    assert!(
        poll_once(&mut waiting[1]).await.is_pending(),
        "the place belongs to the one in front"
    );
    assert!(poll_once(&mut waiting[0]).await.is_ready());
    gate.open_for_good();
    soon(waiting.remove(1)).await?;
    ctx.stop_worker("worker").await?;
    assert_eq!(begun(gate.until_dropped().await), [2, 4, 5]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_gives_up_after_its_turn_came_passes_its_place_on() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (handle, mut gate) = full(&ctx).await?;
    let mut first = Box::pin(handle.send(3));
    let second_sender = ctx.sender();
    assert!(poll_once(&mut first).await.is_pending());
    let second = tokio::spawn(async move { second_sender.send_message("worker", 4_u64).await });
    at_rest().await;
    gate.open(1);
    at_rest().await;
    assert!(
        !second.is_finished(),
        "the place belongs to the one in front"
    );

    drop(first);
    soon(second).await.expect("the task does not panic")?;
    gate.open_for_good();
    ctx.stop_worker("worker").await?;
    assert_eq!(begun(gate.until_dropped().await), [2, 4]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_place_of_the_last_one_who_gives_up_is_free_again() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (handle, gate) = full(&ctx).await?;
    let mut waiting = Box::pin(handle.send(3));
    assert!(poll_once(&mut waiting).await.is_pending());
    gate.open(1);
    at_rest().await;
    drop(waiting);
    handle.try_send(4)?;
    assert_eq!(
        handle.try_send(5).unwrap_err().kind(),
        ErrorKind::MailboxFull
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn places_are_given_back_while_a_handler_waits_for_something_else() -> Result<()> {
    // With this capacity, places are granted in blocks. The receiver always has messages.
    let ctx = NodeBuilder::new().mailbox_capacity(64).start().await?;
    let (worker, gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    for message in 0..64 {
        handle.try_send(message)?;
    }
    at_rest().await;
    handle.try_send(64)?;
    let mut waiting = Box::pin(handle.send(65));
    assert!(poll_once(&mut waiting).await.is_pending());
    gate.open(1);
    soon(waiting).await
}
