//! The mailbox of a worker that stops is closed when it has heard of the stop, and everything in it is handled.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, WorkerBuilder};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{poll_once, soon};
use tokio::sync::Barrier;

#[tokio::test(start_paused = true)]
async fn a_worker_that_stops_refuses_further_messages_and_gives_them_back() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    let mut stop = Box::pin(ctx.stop_worker("worker"));
    assert!(poll_once(&mut stop).await.is_pending());
    // It hears of the stop when its handler is done.
    handle.send(2).await?;
    gate.open(1);
    assert_eq!(gate.next().await, Event::Done(1));
    assert_eq!(gate.next().await, Event::Begun(2));

    let refusals = [
        ctx.send_message("worker", 3_u64).await,
        ctx.try_send("worker", 3_u64),
        ctx.sender().send_message("worker", 3_u64).await,
        handle.send(3).await,
        handle.try_send(3),
        ctx.ask::<u64>("worker", 3_u64).await.map(|_| ()),
        handle.ask::<u64>(3).await.map(|_| ()),
    ];
    for refused in refusals {
        let mut error = refused.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stopped);
        assert_eq!(error.take::<u64>(), Some(3));
    }
    gate.open_for_good();
    soon(stop).await
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_waits_for_room_gets_its_message_back_when_the_worker_stops() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = WorkerBuilder::new("worker", worker)
        .mailbox_capacity(1)
        .start(&ctx)
        .await?;
    handle.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    handle.send(2).await?;
    let mut waiting = Box::pin(ctx.send_message("worker", 3_u64));
    assert!(poll_once(&mut waiting).await.is_pending());
    let mut asking = Box::pin(handle.ask::<u64>(4));
    assert!(poll_once(&mut asking).await.is_pending());

    // The mailbox is full, but the stop does not wait for room.
    let mut stop = Box::pin(ctx.stop_worker("worker"));
    assert!(poll_once(&mut stop).await.is_pending());
    gate.open(1);
    for (waited, message) in [
        (soon(waiting).await, 3),
        (soon(asking).await.map(|_| ()), 4),
    ] {
        let mut error = waited.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stopped);
        assert_eq!(error.take::<u64>(), Some(message));
    }
    gate.open_for_good();
    soon(stop).await?;
    let handled = gate.so_far();
    assert!(handled.contains(&Event::Done(2)) && !handled.contains(&Event::Begun(3)));
    Ok(())
}

/// Counts its messages.
struct Counting(Arc<AtomicU64>);

impl Worker for Counting {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Sends from several tasks while the worker is stopped, and returns the number of accepted messages.
async fn accepted_while_it_closes(ctx: &Context, senders: usize) -> u64 {
    let accepted = Arc::new(AtomicU64::new(0));
    let start = Arc::new(Barrier::new(senders + 1));
    let tasks: Vec<_> = (0..senders)
        .map(|_| {
            let (sender, start, accepted) = (ctx.sender(), start.clone(), accepted.clone());
            tokio::spawn(async move {
                start.wait().await;
                for message in 0.. {
                    match sender.send_message("worker", message).await {
                        Ok(()) => accepted.fetch_add(1, Ordering::Relaxed),
                        Err(mut error) => return assert_eq!(error.take::<u64>(), Some(message)),
                    };
                }
            })
        })
        .collect();
    start.wait().await;
    soon(ctx.stop_worker("worker"))
        .await
        .expect("the worker stops in time");
    for task in tasks {
        soon(task).await.expect("a sender gets its message back");
    }
    accepted.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_dropped_into_a_mailbox_while_it_closes_are_handled_or_given_back() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for round in 0..200 {
        let handled = Arc::new(AtomicU64::new(0));
        let capacity = 1 + round % 7;
        let worker = WorkerBuilder::new("worker", Counting(handled.clone()));
        worker.mailbox_capacity(capacity).start(&ctx).await?;

        let accepted = accepted_while_it_closes(&ctx, 3).await;
        assert_eq!(
            handled.load(Ordering::Relaxed),
            accepted,
            "capacity {capacity}"
        );
    }
    assert_eq!(ctx.dead_letters(), 0, "a stop in time loses nothing");
    Ok(())
}
