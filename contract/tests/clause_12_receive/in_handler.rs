//! `receive` in a handler: the worker's own messages, and no others.

use std::time::Duration;

use ockam::{Any, Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::time::Instant;

/// Answers a question with the next numbers that it receives, as many as the question asks for.
struct Collector;

impl Worker for Collector {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let mut collected = Vec::new();
        for _ in 0..msg {
            collected.push(ctx.receive::<u64>().await?.into_body());
        }
        ctx.reply(collected).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_receives_the_next_messages_of_its_worker() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let handle = ctx.start_worker("collector", Collector).await?;
    let mut asked = Box::pin(handle.ask::<Vec<u64>>(3));
    assert!(poll_once(&mut asked).await.is_pending());
    handle.send(11).await?;
    handle.send(12).await?;
    at_rest().await;
    let mut next = Box::pin(handle.ask::<Vec<u64>>(0));
    handle.send(13).await?;
    assert_eq!(
        soon(asked).await?,
        [11, 12, 13],
        "and the answer goes to the first question"
    );
    assert!(poll_once(&mut next).await.is_pending());
    assert_eq!(soon(next).await?, [0_u64; 0]);
    Ok(())
}

/// Tries to receive a message of another type.
struct Curious;

impl Worker for Curious {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: u64) -> Result<()> {
        let day = Duration::from_secs(24 * 60 * 60);
        let kinds = [
            ctx.receive::<String>().await.map(|_| ()),
            ctx.receive::<Any>().await.map(|_| ()),
            ctx.receive_timeout::<String>(day).await.map(|_| ()),
            ctx.receive_matching::<String>(|_| true).await.map(|_| ()),
        ]
        .map(|received| {
            let error = received.unwrap_err();
            let text = error.to_string();
            assert!(text.contains("0#curious") && text.contains("u64"), "{text}");
            error.kind() == ErrorKind::WrongType
        });
        ctx.reply(kinds.to_vec()).await
    }
}

#[tokio::test(start_paused = true)]
async fn another_type_is_an_error_at_once() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let handle = ctx.start_worker("curious", Curious).await?;
    let before = Instant::now();
    assert_eq!(soon(handle.ask::<Vec<bool>>(1)).await?, [true; 4]);
    assert_eq!(before.elapsed().as_secs(), 0);
    Ok(())
}

/// Collects messages until it is stopped.
struct UntilStopped;

impl Worker for UntilStopped {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let mut collected = vec![msg];
        let error = loop {
            match ctx.receive::<u64>().await {
                Ok(number) => collected.push(*number),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Stopped);
        ctx.reply(collected).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_receives_hears_of_its_stop_behind_what_is_queued() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let handle = ctx.start_worker("collector", UntilStopped).await?;
    let mut asked = Box::pin(handle.ask::<Vec<u64>>(1));
    assert!(poll_once(&mut asked).await.is_pending());
    at_rest().await;
    handle.send(2).await?;
    handle.send(3).await?;
    let before = Instant::now();
    soon(handle.stop()).await?;
    assert_eq!(soon(asked).await?, [1, 2, 3]);
    assert_eq!(before.elapsed().as_secs(), 0);
    Ok(())
}

/// Receives the even numbers first.
struct EvenFirst;

impl Worker for EvenFirst {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.send_message("app", msg).await?;
        if msg == 0 {
            for _ in 0..2 {
                let even = ctx
                    .receive_matching::<u64>(|number| number % 2 == 0)
                    .await?;
                ctx.send_message("app", even.into_body()).await?;
            }
        }
        Ok(())
    }
}

#[ockam::test]
async fn what_a_handler_leaves_queued_is_handled_in_order(mut ctx: Context) -> Result<()> {
    let handle = ctx.start_worker("even first", EvenFirst).await?;
    for number in [0, 1, 3, 4, 5, 6, 7] {
        handle.send(number).await?;
    }
    for expected in [0, 4, 6, 1, 3, 5, 7] {
        assert_eq!(soon(ctx.receive::<u64>()).await?, expected);
    }
    Ok(())
}

/// Takes messages of every type, and waits for another one in its handler.
struct Patient;

impl Worker for Patient {
    type Message = Any;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: Any) -> Result<()> {
        ctx.receive::<String>().await.map(|_| ())
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_of_every_type_hears_of_its_stop_where_it_receives() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let patient = ctx.start_worker("patient", Patient).await?;
    let sender = ctx.sender();
    let asked = tokio::spawn(async move { sender.ask::<u64>("patient", 1_u64).await });
    at_rest().await;
    let before = Instant::now();
    soon(patient.stop()).await?;
    assert!(
        before.elapsed() < Duration::from_secs(1),
        "it isn't killed, and nobody waits for that"
    );
    let error = soon(asked).await.expect("an ask doesn't panic");
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Stopped);
    Ok(())
}
