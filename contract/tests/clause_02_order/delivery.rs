//! `Ok` from a local send means: in the receiver's mailbox.

use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

use ockam::{Context, Result};
use ockam_contract::gated::{Event, gated};
use ockam_contract::recorder::{Recorder, recorded};

/// Polls a future once. If it isn't ready, it waits for an event.
fn at_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

#[ockam::test]
async fn a_message_that_was_sent_is_there(ctx: Context) -> Result<()> {
    let mut inbox = ctx.open("inbox")?;
    let (other, handle) = (ctx.open("other")?, ctx.sender());
    for number in 0..10_u64 {
        match number % 3 {
            0 => ctx.send_message("inbox", number).await?,
            1 => other.try_send("inbox", number)?,
            _ => handle.send_message("inbox", number).await?,
        }
        let received = at_once(inbox.receive::<u64>());
        assert_eq!(received.expect("it is in the mailbox")?, number);
    }
    Ok(())
}

#[ockam::test]
async fn a_send_with_room_in_the_mailbox_does_not_wait(ctx: Context) -> Result<()> {
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("gated", worker).await?;
    ctx.send_message("gated", 0_u64).await?;
    assert_eq!(gate.next().await, Event::Begun(0));

    // The handler is busy, but sending doesn't depend on it.
    at_once(ctx.send_message("gated", 1_u64)).expect("there is room")?;
    at_once(ctx.sender().send_message("gated", 2_u64)).expect("there is room")?;
    at_once(handle.send(3)).expect("there is room")?;
    gate.open_for_good();
    ctx.stop_worker("gated").await?;
    let begun = gate
        .until_dropped()
        .await
        .into_iter()
        .filter_map(|event| match event {
            Event::Begun(number) => Some(number),
            _ => None,
        });
    assert!(begun.eq(1..4));
    Ok(())
}

#[ockam::test]
async fn a_send_that_was_not_awaited_has_sent_nothing(mut ctx: Context) -> Result<()> {
    drop(ctx.send_message("app", 1_u64));
    drop(ctx.sender().send_message("app", 2_u64));
    ctx.send_message("app", 3_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 3);
    Ok(())
}

#[ockam::test(worker_threads = 2)]
async fn what_was_sent_before_a_stop_is_handled(ctx: Context) -> Result<()> {
    for round in 0..100 {
        let (recorder, received) = Recorder::<u64>::new();
        ctx.start_worker("recorder", recorder).await?;
        for number in 0..round {
            ctx.send_message("recorder", number).await?;
        }
        ctx.stop_worker("recorder").await?;
        let received = recorded(received).await;
        assert!(received.into_iter().eq(0..round));
    }
    Ok(())
}
