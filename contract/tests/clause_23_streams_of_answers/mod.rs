//! Clause 23: the parts of an answer that goes on arrive in order, and end with exactly one end.

mod ahead;
mod dropped;
mod ends;
mod hostile;
mod over_tcp;
mod protocols;
mod races;
mod refused;
mod seeds;
mod side_by_side;
mod simulated;

use std::future::poll_fn;
use std::pin::Pin;

use ockam::{Context, Message, NodeBuilder, Result, Streaming, Worker};
use ockam_contract::pace::soon;
use tokio_stream::Stream;

/// Replies to a question with the stream that is made of it.
pub(crate) struct Replies<F>(pub(crate) F);

impl<F, S> Worker for Replies<F>
where
    F: FnMut(u64) -> S + Send + 'static,
    S: Stream<Item = u64> + Send + 'static,
{
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply_stream((self.0)(msg)).await
    }
}

/// Waits for the next part.
pub(crate) async fn next<R: Message>(streaming: &mut Streaming<R>) -> Option<Result<R>> {
    soon(poll_fn(|cx| Pin::new(&mut *streaming).poll_next(cx))).await
}

/// Starts a node with a worker at `streams`.
pub(crate) async fn with<S: Stream<Item = u64> + Send + 'static>(
    stream: impl FnMut(u64) -> S + Send + 'static,
) -> Result<Context> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("streams", Replies(stream)).await?;
    Ok(ctx)
}
