//! A hop that says what passes it.

use ockam::{Any, Context, Result, Routed, Worker, async_worker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Passes messages on, and writes down how they came by: `where: way back | way ahead`.
pub(crate) struct Witness(UnboundedSender<String>);

/// Starts a witness at each of the addresses. They write into one book.
pub(crate) async fn witnesses(
    ctx: &Context,
    addresses: &[&str],
) -> Result<UnboundedReceiver<String>> {
    let (book, lines) = unbounded_channel();
    for address in addresses {
        ctx.start_worker(*address, Witness(book.clone())).await?;
    }
    Ok(lines)
}

/// Returns what has been written by now.
pub(crate) fn written(lines: &mut UnboundedReceiver<String>) -> Vec<String> {
    std::iter::from_fn(|| lines.try_recv().ok()).collect()
}

#[async_worker]
impl Worker for Witness {
    type Message = Any;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        let (here, back, ahead) = (ctx.address(), msg.return_route(), msg.onward_route());
        // Refused if nobody reads the book.
        let _ = self.0.send(format!("{here}: {back} | {ahead}"));
        ctx.forward(msg).await
    }
}
