//! Something is stopped when it should be done.

use std::time::Duration;

use ockam::{Context, Result, Routed, Worker, async_worker, route};

use crate::scene::a_while;

/// Answers when it has asked somebody itself.
struct Middleman;

#[async_worker]
impl Worker for Middleman {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        let number = ctx.ask::<u64>("source", ()).await?;
        ctx.reply(number).await
    }
}

struct Source;

#[async_worker]
impl Worker for Source {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        ctx.reply(7_u64).await
    }
}

struct Client;

#[async_worker]
impl Worker for Client {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        ctx.ask::<u64>("middleman", ()).await.map(drop)
    }
}

/// Kills a worker that should have answered.
pub(crate) async fn kill_against_reply(ctx: Context) -> Result<()> {
    ctx.start_worker("source", Source).await?;
    ctx.start_worker("middleman", Middleman).await?;
    ctx.start_worker("client", Client).await?;
    ctx.send_message("client", ()).await?;
    a_while(&ctx, 6).await?;
    ctx.kill_worker("middleman").await?;
    ctx.idle().await
}

/// Sends what it gets from the source to a mailbox.
struct Producer;

#[async_worker]
impl Worker for Producer {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        let number = ctx.ask::<u64>("source", ()).await?;
        ctx.send_message("inbox", number).await
    }
}

/// Receives what is there, and closes the mailbox.
pub(crate) async fn receive_against_stop(ctx: Context) -> Result<()> {
    let mut inbox = ctx.open("inbox")?;
    ctx.start_worker("source", Source).await?;
    ctx.start_worker("producer", Producer).await?;
    ctx.send_message("producer", ()).await?;
    a_while(&ctx, 6).await?;
    inbox.receive_timeout::<u64>(Duration::ZERO).await?;
    drop(inbox);
    ctx.idle().await
}

/// Passes on messages along their routes.
struct Gate;

#[async_worker]
impl Worker for Gate {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        ctx.forward(msg).await
    }
}

struct Sink;

#[async_worker]
impl Worker for Sink {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        Ok(())
    }
}

/// Stops the end of a route when all should have arrived.
pub(crate) async fn forward_against_stop(ctx: Context) -> Result<()> {
    ctx.start_worker("gate", Gate).await?;
    ctx.start_worker("sink", Sink).await?;
    for number in 0..3_u64 {
        ctx.send_message(route!["gate", "sink"], number).await?;
    }
    a_while(&ctx, 4).await?;
    ctx.stop_worker("sink").await?;
    ctx.idle().await
}
