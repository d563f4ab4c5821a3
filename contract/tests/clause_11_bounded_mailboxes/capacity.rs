//! A mailbox holds exactly its capacity.

use ockam::{Any, Context, ErrorKind, NodeBuilder, Result, WorkerBuilder};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::at_rest;

/// Sends until the mailbox is full, and returns the number of accepted messages.
fn fill(ctx: &Context, address: &str) -> usize {
    for count in 0.. {
        if let Err(mut error) = ctx.try_send(address, 9_u64) {
            assert_eq!(error.kind(), ErrorKind::MailboxFull);
            assert!(error.to_string().contains(address), "{error}");
            assert_eq!(error.take::<u64>(), Some(9));
            return count;
        }
    }
    unreachable!("some mailbox is full before the numbers end")
}

#[tokio::test(start_paused = true)]
async fn the_message_that_is_being_handled_takes_no_place() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for capacity in 1..=9 {
        let (worker, mut gate) = gated();
        WorkerBuilder::new("worker", worker)
            .mailbox_capacity(capacity)
            .start(&ctx)
            .await?;
        assert_eq!(fill(&ctx, "worker"), capacity);
        assert_eq!(gate.next().await, Event::Begun(9));
        assert_eq!(fill(&ctx, "worker"), 1, "one was begun, of {capacity}");
        assert_eq!(fill(&ctx, "worker"), 0);
        gate.open_for_good();
        ctx.stop_worker("worker").await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn each_message_of_a_batch_gives_its_place_back_when_it_is_begun() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for (capacity, done) in (1..=9).flat_map(|capacity| (0..capacity).map(move |n| (capacity, n))) {
        let (worker, gate) = gated();
        let worker = WorkerBuilder::new("worker", worker);
        worker.mailbox_capacity(capacity).start(&ctx).await?;
        fill(&ctx, "worker");
        // The worker takes all of them as one batch.
        gate.open(done);
        at_rest().await;
        assert_eq!(
            fill(&ctx, "worker"),
            done + 1,
            "begun, of a batch of {capacity}"
        );
        gate.open_for_good();
        ctx.stop_worker("worker").await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_holds_1024_messages_unless_the_node_says_otherwise() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, _gate) = gated();
    ctx.start_worker("worker", worker).await?;
    let _inbox = ctx.open("inbox")?;
    for address in ["app", "worker", "inbox"] {
        assert_eq!(fill(&ctx, address), 1024, "{address}");
    }

    let ctx = NodeBuilder::new().mailbox_capacity(3).start().await?;
    let (worker, _gate) = gated();
    ctx.start_worker("worker", worker).await?;
    let _inbox = ctx.open("inbox")?;
    for address in ["app", "worker", "inbox"] {
        assert_eq!(fill(&ctx, address), 3, "{address}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_mailbox_without_any_room_is_refused() -> Result<()> {
    let started = NodeBuilder::new().mailbox_capacity(0).start().await;
    assert_eq!(
        started.err().map(|error| error.kind()),
        Some(ErrorKind::InvalidInput)
    );

    let ctx = NodeBuilder::new().start().await?;
    let (worker, _gate) = gated();
    let worker = WorkerBuilder::new("worker", worker).mailbox_capacity(0);
    let started = worker.start(&ctx).await;
    assert_eq!(started.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_full_mailbox_gives_the_message_back_whoever_sends() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker(["worker", "alias"], worker).await?;
    handle.try_send(1)?;
    assert_eq!(gate.next().await, Event::Begun(1));
    handle.try_send(2)?;

    let refusals = [
        handle.try_send(3),
        ctx.try_send("worker", 3_u64),
        ctx.try_send("alias", 3_u64),
        ctx.sender().try_send("worker", 3_u64),
        ctx.try_send("worker", Any::new(3_u64)),
    ];
    for refused in refusals {
        let mut error = refused.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MailboxFull);
        assert!(error.to_string().contains("0#worker"), "{error}");
        assert_eq!(error.take::<u64>(), Some(3));
    }
    gate.open_for_good();
    ctx.stop_worker("worker").await?;
    assert!(
        !gate.so_far().contains(&Event::Begun(3)),
        "what was given back was not sent"
    );
    Ok(())
}
