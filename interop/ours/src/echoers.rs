use std::time::Duration;

use ockam::{Context, ErrorKind, Message, Result, Routed, Worker, async_worker};

/// Sends each `String` back to where it came from.
pub(crate) struct TextEchoer;

#[async_worker]
impl Worker for TextEchoer {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        echo(ctx, msg).await
    }
}

/// Sends each `Vec<u8>` back to where it came from.
pub(crate) struct BytesEchoer;

#[async_worker]
impl Worker for BytesEchoer {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Vec<u8>>) -> Result<()> {
        echo(ctx, msg).await
    }
}

/// Sends each `String` back after a while.
pub(crate) struct SlowEchoer {
    pub(crate) pause: Duration,
}

#[async_worker]
impl Worker for SlowEchoer {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        tokio::time::sleep(self.pause).await;
        echo(ctx, msg).await
    }
}

/// Answers, and waits if whoever has sent many messages without asking takes the answers slowly.
async fn echo<M: Message + Clone>(ctx: &mut Context, msg: Routed<M>) -> Result<()> {
    let (back, body) = (msg.return_route().clone(), msg.into_body());
    match ctx.reply(body.clone()).await {
        Err(error) if error.kind() == ErrorKind::MailboxFull => ctx.send_message(back, body).await,
        replied => replied,
    }
}
