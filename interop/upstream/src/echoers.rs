use std::time::Duration;

use ockam::{Context, Result, Routed, Worker, worker};

/// Sends each `String` back to where it came from.
pub(crate) struct TextEchoer;

#[worker]
impl Worker for TextEchoer {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        let asker = msg.return_route().clone();
        ctx.send(asker, msg.into_body()?).await
    }
}

/// Sends each `Vec<u8>` back to where it came from.
pub(crate) struct BytesEchoer;

#[worker]
impl Worker for BytesEchoer {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Vec<u8>>) -> Result<()> {
        let asker = msg.return_route().clone();
        ctx.send(asker, msg.into_body()?).await
    }
}

/// Sends each `String` back after a while.
pub(crate) struct SlowEchoer {
    pub(crate) pause: Duration,
}

#[worker]
impl Worker for SlowEchoer {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        tokio::time::sleep(self.pause).await;
        let asker = msg.return_route().clone();
        ctx.send(asker, msg.into_body()?).await
    }
}
