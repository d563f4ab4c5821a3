//! A worker that hands a question on is not on the way back.

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, TcpTransport, Worker, route};
use ockam_contract::pace::soon;

/// Hands each question on, with a number that is one more, and goes on.
struct Dispatcher(&'static str);

impl Worker for Dispatcher {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.redirect(msg + 1, self.0).await
    }
}

/// Answers with the double.
struct Doubler;

impl Worker for Doubler {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(2 * msg).await
    }
}

async fn start(ctx: &Context) -> Result<()> {
    ctx.start_worker("dispatcher", Dispatcher("second")).await?;
    ctx.start_worker("second", Dispatcher("doubler")).await?;
    ctx.start_worker("doubler", Doubler).await?;
    ctx.start_worker("lost", Dispatcher("nobody")).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_answer_goes_straight_to_whoever_has_asked() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    start(&ctx).await?;
    // The dispatchers take numbers, and would forward no answer.
    assert_eq!(soon(ctx.ask::<u64>("dispatcher", 19_u64)).await?, 42);
    let spawned = ctx.sender();
    let asked = tokio::spawn(async move { spawned.ask::<u64>("dispatcher", 1_u64).await });
    assert_eq!(asked.await.expect("it doesn't panic")?, 6);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn who_has_only_sent_gets_the_answer_in_its_mailbox() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    start(&ctx).await?;
    ctx.send_message("dispatcher", 19_u64).await?;
    assert_eq!(soon(ctx.receive::<u64>()).await?, 42);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_question_that_can_not_be_handed_on_fails_with_the_reason() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    start(&ctx).await?;
    let lost = soon(ctx.ask::<u64>("lost", 1_u64)).await.unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::UnknownAddress);
    assert_eq!(ctx.ask::<u64>("dispatcher", 1_u64).await?, 6);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_handed_on_to_where_it_comes_from_ends_at_once() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("asker", Asker).await?;
    ctx.start_worker("back", Dispatcher("asker")).await?;
    let asked = ctx.ask_timeout::<u64>("asker", 1_u64, Duration::from_secs(5));
    let circle = asked.await.unwrap_err();
    assert_eq!(circle.kind(), ErrorKind::NoReply);
    Ok(())
}

/// Asks `back`, once.
struct Asker;

impl Worker for Asker {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let answer: u64 = ctx.ask("back", msg).await?;
        ctx.reply(answer).await
    }
}

#[tokio::test]
async fn between_nodes_too() -> Result<()> {
    let server = NodeBuilder::new().start().await?;
    let mut client = NodeBuilder::new().start().await?;
    start(&server).await?;
    let listener = TcpTransport::new(&server)?;
    let listener = listener.listen("127.0.0.1:0", "dispatcher").await?;
    let connection = TcpTransport::new(&client)?;
    let connection = connection.connect(listener.local_address()).await?;
    let route = route![&connection, "dispatcher"];
    assert_eq!(soon(client.ask::<u64>(route.clone(), 19_u64)).await?, 42);
    client.send_message(route, 1_u64).await?;
    assert_eq!(soon(client.receive::<u64>()).await?, 6);
    client.stop().await?;
    server.stop().await
}
