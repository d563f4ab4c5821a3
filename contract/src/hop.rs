//! A worker on the route of messages.

use ockam::{Any, Context, Result, Routed, Worker, async_worker};

/// Forwards every message along its route.
#[derive(Debug)]
pub struct Hop;

#[async_worker]
impl Worker for Hop {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        ctx.forward(msg).await
    }
}
