//! A hop that reports the messages that it forwards.

use ockam::{Any, Context, Result, Routed, Worker, async_worker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Forwards messages, and records their routes: `address: return route | onward route`.
pub(crate) struct Witness(UnboundedSender<String>);

/// Starts a witness at each of the addresses. All of them record into one channel.
pub(crate) async fn witnesses(
    ctx: &Context,
    addresses: &[&str],
) -> Result<UnboundedReceiver<String>> {
    let (lines, receiver) = unbounded_channel();
    for address in addresses {
        ctx.start_worker(*address, Witness(lines.clone())).await?;
    }
    Ok(receiver)
}

/// Returns the records so far.
pub(crate) fn written(lines: &mut UnboundedReceiver<String>) -> Vec<String> {
    std::iter::from_fn(|| lines.try_recv().ok()).collect()
}

#[async_worker]
impl Worker for Witness {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        let (here, back, ahead) = (ctx.address(), msg.return_route(), msg.onward_route());
        // This fails if the test no longer reads.
        let _ = self.0.send(format!("{here}: {back} | {ahead}"));
        ctx.forward(msg).await
    }
}
