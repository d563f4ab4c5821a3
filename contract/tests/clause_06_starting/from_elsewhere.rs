//! A spawned task starts, stops and opens by a `Sender`, without a context of its own.

use ockam::{
    Context, DownReason, ErrorKind, NodeBuilder, Processor, ProcessorBuilder, Result, Worker,
    WorkerBuilder,
};
use ockam_contract::pace::soon;

struct Doubler;

impl Worker for Doubler {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(2 * msg).await
    }
}

struct Endless;

impl Processor for Endless {
    type Context = Context;

    async fn process(&mut self, ctx: &mut Context) -> Result<bool> {
        ctx.receive::<u64>().await.map(|_| true)
    }
}

#[ockam::test]
async fn a_sender_starts_and_stops_workers(ctx: Context) -> Result<()> {
    let sender = ctx.sender();
    let task = tokio::spawn(async move {
        let doubler = sender.start_worker(["doubler", "other"], Doubler).await?;
        let answer = doubler.ask::<u64>(21).await?;
        let ended = sender.ended("doubler");
        sender.stop_worker("doubler").await?;
        Ok::<_, ockam::Error>((answer, soon(ended).await))
    });
    let (answer, down) = soon(task).await??;
    assert_eq!((answer, down.reason()), (42, &DownReason::Stopped));
    assert!(ctx.list_workers().is_empty());
    Ok(())
}

#[ockam::test]
async fn the_builders_take_a_sender(ctx: Context) -> Result<()> {
    let sender = ctx.sender();
    let doubler = WorkerBuilder::from_fn("doubler", || Doubler).mailbox_capacity(1);
    let doubler = doubler.start(&sender).await?;
    assert_eq!(doubler.ask::<u64>(21).await?, 42);
    ProcessorBuilder::new("endless", Endless)
        .start(&sender)
        .await?;
    sender.start_processor("endless too", Endless).await?;
    sender.kill_worker("endless").await?;
    sender.stop_worker("endless too").await?;
    assert_eq!(ctx.list_workers(), ["doubler"]);
    Ok(())
}

#[ockam::test]
async fn a_sender_owns_nothing(ctx: Context) {
    let owned = WorkerBuilder::new("doubler", Doubler).owned();
    let refused = owned.start(&ctx.sender()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    assert!(ctx.list_workers().is_empty());
}

#[ockam::test]
async fn its_errors_are_those_of_a_context(ctx: Context) {
    let sender = ctx.sender();
    let nothing = sender.stop_worker("nobody").await.unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::UnknownAddress);
    let no_worker = sender.kill_worker("app").await.unwrap_err();
    assert_eq!(no_worker.kind(), ErrorKind::InvalidInput);
    let taken = sender.open("app").unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddressTaken);
}

#[ockam::test]
async fn a_sender_opens_a_mailbox(ctx: Context) -> Result<()> {
    let sender = ctx.sender();
    let task = tokio::spawn(async move {
        let mut inbox = sender.open("inbox")?;
        sender.send_message("inbox", 7_u64).await?;
        Ok::<_, ockam::Error>(inbox.receive::<u64>().await?.into_body())
    });
    assert_eq!(soon(task).await??, 7);
    Ok(())
}

/// Stops itself by a sender of its own context.
struct Leaver;

impl Worker for Leaver {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: u64) -> Result<()> {
        ctx.sender().stop_worker("leaver").await?;
        ctx.reply(7_u64).await
    }
}

#[ockam::test]
async fn a_worker_that_stops_itself_by_a_sender_waits_for_nothing(ctx: Context) -> Result<()> {
    let leaver = ctx.start_worker("leaver", Leaver).await?;
    let ended = leaver.ended();
    assert_eq!(leaver.ask::<u64>(1).await?, 7);
    assert_eq!(soon(ended).await.reason(), &DownReason::Stopped);
    Ok(())
}

#[tokio::test]
async fn a_sender_stops_the_node() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("doubler", Doubler).await?;
    ctx.sender().stop_node();
    let stopped = soon(ctx.receive::<u64>()).await.unwrap_err();
    assert_eq!(stopped.kind(), ErrorKind::Stopped);
    ctx.stop().await?;
    let refused = ctx.sender().start_worker("late", Doubler).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Stopped);
    Ok(())
}
