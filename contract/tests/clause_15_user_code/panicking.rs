//! Code of a user that panics where the node calls it: whoever is not part of it goes on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Wake, Waker};

use ockam::{ErrorKind, NodeBuilder, Result};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};

/// A waker that panics.
struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("woken");
    }
}

fn poll_with_panics<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::new(Panics));
    future.as_mut().poll(&mut TaskContext::from_waker(&waker))
}

#[tokio::test(start_paused = true)]
async fn a_waiting_sender_whose_waker_panics_does_not_keep_a_worker_from_its_end() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    for kill in [false, true] {
        let (worker, mut gate) = gated();
        let handle = ctx.start_worker("worker", worker).await?;
        handle.send(1).await?;
        assert_eq!(gate.next().await, Event::Begun(1));
        handle.send(2).await?;
        let mut panics = Box::pin(handle.send(3));
        let mut waits = Box::pin(handle.send(4));
        assert!(poll_with_panics(&mut panics).is_pending());
        assert!(poll_once(&mut waits).await.is_pending());
        gate.open_for_good();
        match kill {
            true => soon(ctx.kill_worker("worker")).await?,
            false => soon(ctx.stop_worker("worker")).await?,
        }
        assert_eq!(ctx.list_workers().len(), 0);
        let error = soon(waits).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stopped, "it is woken, too");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_waiting_sender_whose_waker_panics_does_not_keep_others_waiting() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let mut inbox = ctx.open("inbox")?;
    let sender = ctx.sender();
    sender.try_send("inbox", 1_u64)?;
    let mut panics = Box::pin(sender.send_message("inbox", 2_u64));
    assert!(poll_with_panics(&mut panics).is_pending());
    let other = ctx.sender();
    let waits = tokio::spawn(async move { other.send_message("inbox", 3_u64).await });
    at_rest().await;
    assert_eq!(soon(inbox.receive::<u64>()).await?, 1);
    assert!(poll_once(&mut panics).await.is_ready());
    assert_eq!(soon(inbox.receive::<u64>()).await?, 2);
    assert_eq!(soon(inbox.receive::<u64>()).await?, 3);
    soon(waits).await?
}

#[tokio::test(start_paused = true)]
async fn one_who_waits_for_an_end_with_a_waker_that_panics_does_not_keep_others_waiting()
-> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    let mut panics = Box::pin(handle.stop());
    assert!(poll_with_panics(&mut panics).is_pending());
    let waits = handle.clone();
    let waits = tokio::spawn(async move { waits.stop().await });
    at_rest().await;
    gate.open_for_good();
    let before = tokio::time::Instant::now();
    soon(waits).await??;
    assert!(before.elapsed().as_secs() < 1, "it was woken by the end");
    drop(panics);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_asker_whose_waker_panics_does_not_end_who_answers() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    let mut panics = Box::pin(handle.ask::<u64>(1));
    assert!(poll_with_panics(&mut panics).is_pending());
    handle.send(2).await?;
    gate.open_for_good();
    at_rest().await;
    soon(handle.send(3)).await?;
    soon(handle.stop()).await?;
    let Poll::Ready(answer) = poll_once(&mut panics).await else {
        panic!("the question was dropped");
    };
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::NoReply);
    Ok(())
}
