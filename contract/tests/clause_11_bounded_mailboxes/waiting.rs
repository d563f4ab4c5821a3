//! A send to a full mailbox waits for room, until its deadline.

use std::thread;
use std::time::Duration;

use ockam::{Context, WorkerHandle};
use ockam::{ErrorKind, NodeBuilder, Result};
use ockam_contract::gated::{Event, Gate, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::time::Instant;

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
async fn a_send_waits_until_there_is_room() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (handle, mut gate) = full(&ctx).await?;
    let mut by_address = Box::pin(ctx.send_message("worker", 3_u64));
    assert!(poll_once(&mut by_address).await.is_pending());
    at_rest().await;
    assert!(poll_once(&mut by_address).await.is_pending());
    gate.open(1);
    soon(by_address).await?;

    let mut by_handle = Box::pin(handle.send(4));
    assert!(poll_once(&mut by_handle).await.is_pending());
    gate.open(1);
    soon(by_handle).await?;

    gate.open_for_good();
    ctx.stop_worker("worker").await?;
    let begun = gate.until_dropped().await.into_iter();
    let begun: Vec<_> = begun
        .filter(|event| matches!(event, Event::Begun(_)))
        .collect();
    assert_eq!(begun, [Event::Begun(2), Event::Begun(3), Event::Begun(4)]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_send_gives_the_message_back_at_its_deadline() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (handle, mut gate) = full(&ctx).await?;
    for (kind_of_send, by_handle) in [("by address", false), ("by handle", true)] {
        let before = Instant::now();
        let sent = match by_handle {
            false => soon(ctx.send_message("worker", 3_u64)).await,
            true => soon(handle.send(3)).await,
        };
        let mut error = sent.unwrap_err();
        assert_eq!(
            before.elapsed().as_secs(),
            30,
            "the default, {kind_of_send}"
        );
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(error.to_string().contains("0#worker"), "{error}");
        assert_eq!(error.take::<u64>(), Some(3));
    }

    // The sender that gave up left nothing behind: there is room for exactly one message.
    gate.open(1);
    at_rest().await;
    handle.try_send(5)?;
    assert_eq!(
        handle.try_send(6).unwrap_err().kind(),
        ErrorKind::MailboxFull
    );
    gate.open_for_good();
    ctx.stop_worker("worker").await?;
    assert!(!gate.so_far().contains(&Event::Begun(3)));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_send_is_a_setting() -> Result<()> {
    let builder = NodeBuilder::new().mailbox_capacity(1);
    let ctx = builder.send_timeout(Duration::from_secs(7)).start().await?;
    let (_handle, _gate) = full(&ctx).await?;
    let before = Instant::now();
    let sent = soon(ctx.send_message("worker", 3_u64)).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(before.elapsed().as_secs(), 7);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_ask_waits_for_room_within_its_own_deadline() -> Result<()> {
    let builder = NodeBuilder::new().mailbox_capacity(1);
    let ctx = builder.ask_timeout(Duration::from_secs(7)).start().await?;
    let (handle, _gate) = full(&ctx).await?;
    let before = Instant::now();
    let mut error = soon(ctx.ask::<u64>("worker", 3_u64)).await.unwrap_err();
    assert_eq!(
        (error.kind(), before.elapsed().as_secs()),
        (ErrorKind::TimedOut, 7)
    );
    assert_eq!(error.take::<u64>(), Some(3), "it was never sent");
    let mut error = soon(handle.ask_timeout::<u64>(4, Duration::from_secs(2)))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), before.elapsed().as_secs()),
        (ErrorKind::TimedOut, 9)
    );
    assert_eq!(error.take::<u64>(), Some(4));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_deadline_covers_the_wait_for_room_and_for_the_answer() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (_handle, gate) = full(&ctx).await?;
    let before = Instant::now();
    let mut asked = Box::pin(ctx.ask::<u64>("worker", 3_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    tokio::time::sleep(Duration::from_secs(20)).await;
    gate.open(1);
    let mut error = soon(asked).await.unwrap_err();
    assert_eq!(
        (error.kind(), before.elapsed().as_secs()),
        (ErrorKind::TimedOut, 30)
    );
    assert_eq!(error.take::<u64>(), None, "it was sent");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_sends_to_a_full_mailbox_waits_for_room() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (handle, mut gate) = full(&ctx).await?;
    let (sender, by_handle) = (ctx.sender(), handle.clone());
    let thread = thread::spawn(move || {
        sender.blocking_send("worker", 3_u64)?;
        by_handle.blocking_send(4)
    });
    gate.open_for_good();
    for expected in [3, 4] {
        while gate.next().await != Event::Begun(expected) {}
    }
    thread.join().expect("the thread does not panic")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_gets_its_message_back_at_the_deadline() -> Result<()> {
    let builder = NodeBuilder::new().mailbox_capacity(1);
    let ctx = builder
        .send_timeout(Duration::from_millis(20))
        .start()
        .await?;
    let (handle, _gate) = full(&ctx).await?;
    let sender = ctx.sender();
    let thread = thread::spawn(move || {
        let refusals = [
            sender.blocking_send("worker", 3_u64),
            handle.blocking_send(3),
        ];
        refusals.map(|sent| sent.map_err(|mut error| (error.kind(), error.take::<u64>())))
    });
    let refused = soon(tokio::task::spawn_blocking(|| thread.join())).await;
    let refused = refused
        .expect("it is joined")
        .expect("the thread does not panic");
    assert_eq!(refused, [const { Err((ErrorKind::TimedOut, Some(3))) }; 2]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_ask_that_waited_for_room_in_another_task_is_woken_by_its_answer() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let mut inbox = ctx.open("inbox")?;
    ctx.try_send("inbox", 1_u64)?;
    let sender = ctx.sender();
    let mut asked = Box::pin(async move { sender.ask::<u64>("inbox", 2_u64).await });
    assert!(poll_once(&mut asked).await.is_pending());
    assert_eq!(soon(inbox.receive::<u64>()).await?, 1);

    let begun = Instant::now();
    let asked = tokio::spawn(asked);
    let question = soon(inbox.receive::<u64>()).await?;
    inbox.send_message(question.return_route(), 3_u64).await?;
    assert_eq!(asked.await.expect("the task goes on")?, 3);
    assert_eq!(begun.elapsed(), Duration::ZERO, "no alarm was needed");
    soon(ctx.stop()).await
}
