use std::sync::{Arc, Mutex};

use ockam::{Address, Context, Identifier, Result, Routed, Worker, async_worker};

/// The channel by which the last question came to [`Who`].
pub(crate) type Last = Arc<Mutex<Option<Address>>>;

/// Answers with the identity at the other end of the channel, and remembers the channel.
pub(crate) struct Who {
    pub(crate) last: Last,
}

#[async_worker]
impl Worker for Who {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        let by = msg.return_route().first().cloned();
        *self.last.lock().expect("nobody panics with it") = by;
        let peer = msg.peer().as_ref().map(Identifier::to_string);
        ctx.reply(peer.unwrap_or_default()).await
    }
}

/// Answers when the channel that [`Who`] remembers has ended.
pub(crate) struct Gone {
    pub(crate) last: Last,
}

#[async_worker]
impl Worker for Gone {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        let last = self.last.lock().expect("nobody panics with it").take();
        if let Some(channel) = last {
            ctx.sender().ended(channel).await;
        }
        ctx.reply(msg).await
    }
}
