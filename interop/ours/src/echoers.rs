use std::time::Duration;

use ockam::{Context, Result, Worker, async_worker};

/// Sends each `String` back to where it came from.
pub(crate) struct TextEchoer;

#[async_worker]
impl Worker for TextEchoer {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(msg).await
    }
}

/// Sends each `Vec<u8>` back to where it came from.
pub(crate) struct BytesEchoer;

#[async_worker]
impl Worker for BytesEchoer {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Vec<u8>) -> Result<()> {
        ctx.reply(msg).await
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

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        tokio::time::sleep(self.pause).await;
        ctx.reply(msg).await
    }
}
