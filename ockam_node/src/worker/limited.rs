//! Handlers with a time limit, and questions that come too late.

use std::any::type_name;
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result, Routed, Worker};

use super::relay::Relay;
use crate::context::NodeContext;
use crate::log;
use crate::panics::drop_caught;
use crate::time::Deadline;

impl<W: Worker<Context: NodeContext>> Relay<W> {
    /// Handles a message within the time limit of the worker. When the time is over, the handler is dropped at
    /// its `.await`.
    #[cold]
    pub(super) async fn handle_within(
        &mut self,
        limit: Duration,
        message: Routed<W::Message>,
    ) -> Result<()> {
        let node = self.ctx.node().clone();
        let mut deadline = Deadline::new(&node.runtime, limit, None);
        let handled = deadline.limit(self.handle(message)).await;
        handled.unwrap_or_else(|| {
            let address = self.ctx.address();
            let why = format!("the handler of {address} did not end within {limit:?}");
            Err(Error::new(ErrorKind::TimedOut, why))
        })
    }

    /// Lets go of a question whose time is over.
    #[cold]
    pub(super) fn let_go(&self, question: Routed<W::Message>) {
        let (node, address) = (self.ctx.node(), self.ctx.address());
        let why = "a question was not begun: its time was over";
        let takes = || type_name::<W::Message>().to_owned();
        node.dead_letters.add(Some(address), 1, why, takes);
        log::warn(address, format_args!("{why}"));
        if let Some(asker) = self.ctx.asker() {
            // Returns the error if the asker has gone. One on another node may not have said so.
            let _ = asker.fail(Error::new(ErrorKind::TimedOut, why));
        }
        // If the `Drop` of the message panics, the worker lives.
        let _ = drop_caught(question);
    }
}
