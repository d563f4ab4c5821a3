//! How a worker is told of what its signals say.

use std::future::Future;

use ockam_core::{Down, Error, ErrorKind, Result, Worker};

use super::attended::{Attended, attended};
use super::relay::{Ordered, Relay, YIELD_EVERY_MESSAGES};
use crate::context::NodeContext;
use crate::log::{self, Trouble, span};
use crate::mailbox::Signal;
use crate::node::LostMessages;
use crate::task::yield_now;
use crate::time::clock::NEVER;

impl<W: Worker<Context: NodeContext>> Relay<W> {
    /// Passes the due signals to the worker. Returns what one of them orders. This is rare, so the
    /// caller boxes the future.
    #[cold]
    pub(super) async fn tell_signals(&mut self) -> Option<Ordered> {
        let mut turns = YIELD_EVERY_MESSAGES;
        let mut lost = LostMessages::new(self.ctx.registration().address());
        while let Some(signal) = self.pop_signal() {
            match signal {
                Signal::Undelivered(failure) => self.undelivered(failure, &mut lost).await,
                Signal::Down { down, .. } => self.down(down).await,
                Signal::Restart => return Some(Ordered::Restart),
                Signal::Fail { why, .. } => {
                    let error = Error::new(ErrorKind::Stopped, String::from(why));
                    return Some(Ordered::Failure(error));
                }
            }
            turns -= 1;
            if turns == 0 {
                turns = YIELD_EVERY_MESSAGES;
                yield_now().await;
            }
        }
        None
    }

    /// Takes a signal, if one is due.
    fn pop_signal(&mut self) -> Option<Signal> {
        self.endpoint.signals.pop(self.ctx.begun::<W::Message>())
    }

    pub(super) fn stopping(
        &mut self,
    ) -> Attended<'_, impl Future<Output = Result<()>> + Send, W::Message> {
        let span = span!(self.ctx, "stopping");
        let stopping = self.worker.stopping(NodeContext::of(&mut self.ctx));
        attended(Some(stopping), &self.endpoint, NEVER, span)
    }

    /// Closes the mailbox of a worker that has heard of its stop, if that is all that is waited for.
    pub(super) fn close_if_stopped(&self, heard: Result<()>) {
        if let Err(error) = heard {
            let why = format_args!("it was to prepare its stop: {error:#}");
            log::warn(self.ctx.address(), why);
            log::untold(Trouble::Failures, self.ctx.address(), why);
        }
        if self.endpoint.signals.note_stop_heard() {
            self.endpoint.mailbox.close_as_receiver();
        }
    }

    async fn undelivered(&mut self, failure: Error, lost: &mut LostMessages) {
        let span = span!(self.ctx, "undelivered");
        let ctx = NodeContext::of(&mut self.ctx);
        let telling = self.worker.undelivered(ctx, failure);
        if let Err(error) = attended(Some(telling), &self.endpoint, NEVER, span).await {
            let (node, address) = (self.ctx.node(), self.ctx.address());
            node.dead_letters
                .add(Some(address), 1, format_args!("{error:#}"), String::new);
            lost.add(&error);
        }
    }

    async fn down(&mut self, down: Down) {
        let span = span!(self.ctx, "down");
        let telling = self.worker.down(NodeContext::of(&mut self.ctx), down);
        if let Err(error) = attended(Some(telling), &self.endpoint, NEVER, span).await {
            let why = format_args!("its monitor tells: {error:#}");
            log::warn(self.ctx.address(), why);
            log::untold(Trouble::Failures, self.ctx.address(), why);
        }
    }
}
