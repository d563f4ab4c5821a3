//! The loop that runs a processor.
//!
//! ```text
//!  start ─▶ run ─▶ serve ─▶ next ─┬─ a turn ─┬─ Ok(true) ──▶ next …
//!                                 │          ├─ Ok(false) ─▶ shutdown
//!                                 │          └─ an error ──▶ failure
//!                                 ├─ stop ────▶ the mailbox closes ─▶ shutdown
//!                                 └─ restart, failure by order
//! ```

use std::future::{Future, poll_fn};

use ockam_core::{Any, Error, ErrorKind, Processor, Result};

use super::attended::attended;
use super::relay::{Relay, Runs, Served};
use super::stop::restarts_itself;
use crate::context::{Context, NodeContext};
use crate::lifecycle::ExitReason;
use crate::log::{self, Trouble, span};
use crate::mailbox::{Due, Signal};
use crate::task::{preempt, yield_now};
use crate::time::clock::NEVER;

/// The number of turns in a row after which a processor yields to other tasks.
const YIELD_EVERY_TURNS: u32 = 128;

/// The turns of a processor, which a relay runs as it runs the messages of a worker.
pub(super) struct Turns<P>(pub(super) P);

/// The next step of a processor.
enum Step {
    Turn,
    Stop,
    Ordered(Served),
}

impl<P: Processor<Context: NodeContext>> Runs for Turns<P> {
    type Message = Any;

    fn initialize(&mut self, ctx: &mut Context) -> impl Future<Output = Result<()>> + Send {
        self.0.initialize(NodeContext::of(ctx))
    }

    async fn serve(relay: &mut Relay<Self>) -> Served {
        let mut turns = YIELD_EVERY_TURNS;
        loop {
            poll_fn(|cx| preempt(cx)).await;
            match relay.next_step() {
                Step::Turn => {}
                Step::Stop => break,
                Step::Ordered(Served::Restart) => {
                    relay.shut_down_processor().await;
                    return Served::Restart;
                }
                Step::Ordered(served) => return served,
            }
            let turned = relay.turn().await;
            relay.endpoint.mailbox.note_handled();
            match turned {
                Ok(true) => {}
                Ok(false) if restarts_itself(&*relay.endpoint) => {}
                Ok(false) => {
                    relay
                        .endpoint
                        .registration
                        .lifecycle
                        .note(ExitReason::Stopped);
                    break;
                }
                Err(error) if relay.is_stopped_by(&error) => {}
                Err(error) => return Served::Failed(error),
            }
            turns -= 1;
            if turns == 0 {
                turns = YIELD_EVERY_TURNS;
                yield_now().await;
            }
        }
        relay.endpoint.mailbox.close_as_receiver();
        relay.shut_down_processor().await;
        Served::Ended
    }
}

impl<P: Processor<Context: NodeContext>> Relay<Turns<P>> {
    fn next_step(&mut self) -> Step {
        let endpoint = self.endpoint.clone();
        let signals = &endpoint.signals;
        if signals.is_empty() {
            return Step::Turn;
        }
        // This also notes that there is nothing to hear any more.
        if let Some(Due::Stop(_)) = signals.next_due(self.ctx.begun::<Any>()) {
            return Step::Stop;
        }
        while let Some(signal) = signals.pop_unless_down() {
            match signal {
                Signal::Restart => return Step::Ordered(Served::Restart),
                Signal::Fail { why, .. } => {
                    let error = Error::new(ErrorKind::Stopped, String::from(why));
                    return Step::Ordered(Served::Failed(error));
                }
                Signal::Undelivered(failure) => self.undelivered(&failure),
                Signal::Down { .. } => {}
            }
        }
        Step::Turn
    }

    fn turn(&mut self) -> impl Future<Output = Result<bool>> + Send + '_ {
        let span = span!(self.ctx, "process");
        let turn = self.worker.0.process(NodeContext::of(&mut self.ctx));
        attended(Some(turn), &self.endpoint, NEVER, span)
    }

    /// Returns `true` if a turn has ended because the processor is to stop.
    fn is_stopped_by(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::Stopped && self.endpoint.signals.is_stopping()
    }

    fn undelivered(&self, failure: &Error) {
        let (node, address) = (self.ctx.node(), self.ctx.address());
        let why = format_args!("a message was not delivered: {failure:#}");
        node.dead_letters.add(Some(address), 1, why, String::new);
        log::warn(address, why);
        log::untold(Trouble::Unhandled, address, why);
    }

    async fn shut_down_processor(&mut self) {
        let span = span!(self.ctx, "shutdown");
        let shutdown = self.worker.0.shutdown(NodeContext::of(&mut self.ctx));
        if let Err(error) = attended(Some(shutdown), &self.endpoint, NEVER, span).await {
            let why = format_args!("the shutdown failed: {error:#}");
            log::warn(self.ctx.address(), why);
            log::untold(Trouble::Failures, self.ctx.address(), why);
        }
    }
}
