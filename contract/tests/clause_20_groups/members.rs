//! Members join, leave, and end.

use std::time::Duration;

use ockam::{Context, Delivery, Error, ErrorKind, Group, Result, Worker, WorkerBuilder};

use super::{Gate, PANIC};

#[ockam::test]
async fn one_that_ends_leaves(ctx: Context) -> Result<()> {
    let news = Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let (mut left, right) = (ctx.open("left")?, ctx.open("right")?);
    left.join("news").await?;
    right.join("news").await?;
    drop(right);
    assert_eq!(news.len(), 1);
    news.send(7).await?;
    assert_eq!(left.receive::<u64>().await?, 7);
    drop(left);
    assert_eq!(news.send(7).await.unwrap_err().kind(), ErrorKind::NoRoute);
    Ok(())
}

#[ockam::test]
async fn one_may_leave(ctx: Context) -> Result<()> {
    let news = Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let (mut left, mut right) = (ctx.open("left")?, ctx.open("right")?);
    left.join("news").await?;
    right.join("news").await?;
    news.send(1).await?;
    right.leave("news")?;
    news.send(2).await?;
    assert_eq!(left.receive::<u64>().await?, 1);
    assert_eq!(left.receive::<u64>().await?, 2);
    // What it had got already is its own.
    assert_eq!(right.receive::<u64>().await?, 1);
    let more = right.receive_timeout::<u64>(Duration::ZERO).await;
    assert_eq!(more.unwrap_err().kind(), ErrorKind::TimedOut);
    let again = right.leave("news").unwrap_err();
    assert_eq!(again.kind(), ErrorKind::InvalidInput);
    Ok(())
}

#[ockam::test]
async fn only_groups_can_be_joined(ctx: Context) -> Result<()> {
    let other = ctx.open("other")?;
    assert_eq!(
        other.join("nobody").await.unwrap_err().kind(),
        ErrorKind::UnknownAddress
    );
    assert_eq!(
        other.join("app").await.unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(
        other.leave("nobody").unwrap_err().kind(),
        ErrorKind::UnknownAddress
    );
    assert_eq!(
        other.leave("other").unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    Ok(())
}

/// Joins a group when it starts, and answers with what it has heard.
struct Listener(String);

impl Worker for Listener {
    type Message = String;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.join("news").await
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        assert_ne!(msg, "panic");
        self.0 += &msg;
        // It fails if the message was only sent.
        let _ = ctx.reply(self.0.clone()).await;
        Ok(())
    }
}

#[ockam::test]
async fn workers_join_too(ctx: Context) -> Result<()> {
    let news = Group::<String>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    ctx.start_worker("left", Listener(String::new())).await?;
    ctx.start_worker("right", Listener(String::new())).await?;
    news.send("rain ".to_owned()).await?;
    for listener in ["left", "right"] {
        let heard: String = ctx.ask(listener, "sun".to_owned()).await?;
        assert_eq!(heard, "rain sun");
    }
    Ok(())
}

#[ockam::test]
async fn a_worker_that_takes_other_messages_does_not_join(ctx: Context) -> Result<()> {
    Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let started = ctx.start_worker("listener", Listener(String::new())).await;
    let error: Error = started.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType);
    assert!(
        error
            .to_string()
            .contains("0#listener takes `alloc::string::String`"),
        "{error}"
    );
    Ok(())
}

#[ockam::test]
async fn a_worker_that_is_started_again_stays(ctx: Context) -> Result<()> {
    let news = Group::<String>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    WorkerBuilder::from_fn("listener", || Listener(String::new()))
        .start(&ctx)
        .await?;
    let failed = ctx.ask::<String>("listener", "panic".to_owned()).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Panicked);
    assert_eq!(news.len(), 1);
    news.send("rain".to_owned()).await?;
    let heard: String = ctx.ask("listener", " sun".to_owned()).await?;
    assert_eq!(heard, "rain sun");
    Ok(())
}

#[ockam::test]
async fn the_end_of_a_group_leaves_those_that_have_joined_alone(ctx: Context) -> Result<()> {
    let news = Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let mut reader = ctx.open("reader")?;
    reader.join("news").await?;
    news.stop().await?;
    assert!(news.is_empty());
    let errors = [news.send(7).await, news.try_send(7)];
    for sent in errors {
        let mut error = sent.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stopped);
        assert_eq!(error.take::<u64>(), Some(7));
    }
    let sent = ctx.send_message("news", 7_u64).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::UnknownAddress);
    assert_eq!(
        reader.join("news").await.unwrap_err().kind(),
        ErrorKind::UnknownAddress
    );
    ctx.send_message("reader", 7_u64).await?;
    assert_eq!(reader.receive::<u64>().await?, 7);
    // The address is free.
    Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    reader.join("news").await
}

#[ockam::test]
async fn those_that_fail_for_good_leave(ctx: Context) -> Result<()> {
    let gate = Gate::open();
    let pool = Group::new("pool", Delivery::round_robin()).members(2, gate.make());
    let pool = pool.restart(ockam::Restart::never()).start(&ctx).await?;
    let failed = pool.ask::<usize>(PANIC).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Panicked);
    assert_eq!(pool.len(), 1);
    for job in 0..4 {
        assert_eq!(pool.ask::<usize>(job).await?, 1);
    }
    // A pool is brought back to its size by hand.
    pool.resize(2).await?;
    assert_eq!(pool.len(), 2);
    Ok(())
}
