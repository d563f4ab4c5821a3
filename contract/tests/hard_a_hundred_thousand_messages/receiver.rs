//! The worker at the address.

use std::sync::Arc;

use ockam::{Context, Error, ErrorKind, Result, Routed, Worker};

use super::chance::Chance;
use super::outcomes::{NumberedMessage, Outcomes};

/// The actions of a receiver, each once in this many messages. Zero means never.
#[derive(Clone, Copy, Default)]
pub(crate) struct Habits {
    pub(crate) slow: u64,
    pub(crate) fails: u64,
    pub(crate) panics: u64,
    pub(crate) stops: u64,
    pub(crate) kills_itself: u64,
}

/// Records each message, and then acts as its habits say.
pub(crate) struct Receiver {
    pub(crate) outcomes: Arc<Outcomes>,
    pub(crate) habits: Habits,
    pub(crate) chance: Chance,
}

impl Worker for Receiver {
    type Message = NumberedMessage;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        if self.chance.once_in(self.habits.fails / 10) {
            return Err(Error::new(ErrorKind::Other, "on purpose"));
        }
        Ok(())
    }

    async fn handle_routed(
        &mut self,
        ctx: &mut Context,
        msg: Routed<NumberedMessage>,
    ) -> Result<()> {
        self.outcomes.handles(&msg);
        if self.chance.once_in(self.habits.slow) {
            tokio::task::yield_now().await;
        }
        if self.chance.once_in(self.habits.panics) {
            std::panic::panic_any("on purpose");
        }
        if self.chance.once_in(self.habits.stops) {
            ctx.stop_worker(ctx.address().clone()).await?;
        }
        if self.chance.once_in(self.habits.kills_itself) {
            ctx.kill_worker(ctx.address().clone()).await?;
        }
        if self.chance.once_in(self.habits.fails) {
            return Err(Error::new(ErrorKind::Other, "on purpose"));
        }
        match msg.sender() {
            Some(sender) if *sender != "app" => ctx.reply(msg.number).await,
            _ => Ok(()),
        }
    }
}
