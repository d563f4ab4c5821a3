use std::sync::{Arc, Mutex};
use std::time::Duration;

use ockam::identity::Identifier;
use ockam::{Address, Context, Result, Routed, Worker, worker};
use ockam_core::SecureChannelLocalInfo;

/// The channel by which the last question came to [`Who`].
pub(crate) type Last = Arc<Mutex<Option<Address>>>;

/// Answers with the identity at the other end of the channel, and remembers the channel.
pub(crate) struct Who {
    pub(crate) last: Last,
}

#[worker]
impl Worker for Who {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        let asker = msg.return_route().clone();
        *self.last.lock().expect("nobody panics with it") = Some(asker.next()?.clone());
        let info = SecureChannelLocalInfo::find_info(msg.local_message())?;
        let peer = Identifier::from(info.their_identifier());
        ctx.send(asker, peer.to_string()).await
    }
}

/// Answers when the channel that [`Who`] remembers has ended.
pub(crate) struct Gone {
    pub(crate) last: Last,
}

#[worker]
impl Worker for Gone {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        let asker = msg.return_route().clone();
        let last = self.last.lock().expect("nobody panics with it").take();
        if let Some(channel) = last {
            // Upstream tells nobody that a channel has ended.
            while ctx.is_worker_registered_at(&channel)? {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        ctx.send(asker, msg.into_body()?).await
    }
}
