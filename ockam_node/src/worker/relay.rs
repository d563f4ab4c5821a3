//! The loop that runs a worker.
//!
//! ```text
//!  start ─▶ run ─▶ serve ─▶ next ─┬─ message ─▶ handle_routed ─▶ next …
//!                                 ├─ signal ──▶ undelivered, down ─▶ next …
//!                                 ├─ stop ────▶ stopping, then those that it owns stop, and the mailbox
//!                                 │             closes ─▶ next …
//!                                 └─ mailbox closed and empty ─▶ shutdown ─▶ the context is dropped,
//!                                                                 and with it the address freed
//! ```
//!
//! A stop comes as a signal and closes the mailbox, so it never drops a running handler. A kill aborts the task, which drops
//! the handler at its `.await`, and the context.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::{self, Poll};

use ockam_core::{Error, Message, Result, Worker};
use tokio::runtime::Handle;

use super::attended::{Attended, attended};
use super::failures::{failed, fails, panicked};
use crate::context::{Context, NodeContext, owned_ended};
use crate::delivery::Endpoint;
use crate::lifecycle::Lifecycle;
use crate::log::{self, Trouble, span};
use crate::mailbox::{Due, StopStep};
use crate::panics::{caught, drop_caught};
use crate::task::polls::counted;
#[cfg(feature = "test-util")]
use crate::task::preempted;
use crate::task::{preempt, spawn, yield_now};
use crate::time::clock::NEVER;

/// The number of messages that a worker handles in a row before it yields to other tasks.
pub(super) const YIELD_EVERY_MESSAGES: u32 = 128;

/// What a relay runs: a worker, or the turns of a processor.
pub(crate) trait Runs: Sized + Send + 'static {
    type Message: Message;

    fn initialize(&mut self, ctx: &mut Context) -> impl Future<Output = Result<()>> + Send;

    /// Runs until the end, or until a failure that is no panic.
    fn serve(relay: &mut Relay<Self>) -> impl Future<Output = Served> + Send;
}

impl<W: Worker<Context: NodeContext>> Runs for W {
    type Message = <W as Worker>::Message;

    fn initialize(&mut self, ctx: &mut Context) -> impl Future<Output = Result<()>> + Send {
        Worker::initialize(self, NodeContext::of(ctx))
    }

    fn serve(relay: &mut Relay<Self>) -> impl Future<Output = Served> + Send {
        relay.serve()
    }
}

/// A worker that has been initialised, with its context and its endpoint.
pub(crate) struct Relay<W: Runs> {
    pub(crate) worker: W,
    pub(crate) ctx: Context,
    pub(crate) endpoint: Arc<Endpoint<W::Message>>,
}

/// The next step of a relay.
enum Next {
    /// Handle the first message.
    Message,
    /// Handle the signals that are due.
    Signals,
    /// Take a step of the stop of the worker.
    Stop(StopStep),
    /// End. The mailbox is closed and empty.
    End,
}

/// What a closer look at the signals and the next message has shown.
enum Look {
    /// The next step.
    Next(Next),
    /// The message was withdrawn and is gone.
    Again,
    /// Nothing.
    GoOn,
}

/// How the loop of a worker has ended.
pub(crate) enum Served {
    /// The worker was stopped.
    Ended,
    /// The worker is to be started again. Its `shutdown` has run.
    Restart,
    /// The worker fails with this error. The message that it was handling has not been finished.
    Failed(Error),
}

/// What a signal orders.
pub(super) enum Ordered {
    Restart,
    Failure(Error),
}

// Every worker has a future of these, so they have to be small. An `async fn` stores its arguments
// twice, and stores what is borrowed across an `.await`.
impl<W: Runs> Relay<W> {
    /// Runs the worker in its own task. The lifecycle is that of the worker.
    pub(crate) fn start(self, runtime: &Handle, lifecycle: &Lifecycle) {
        let polled = self.ctx.polled_worker();
        let task = spawn(runtime, counted(polled, self.run()));
        lifecycle.run(task.abort_handle());
    }

    /// Runs the worker until it is stopped, panics or is killed.
    #[expect(clippy::manual_async_fn, reason = "see above")]
    fn run(mut self) -> impl Future<Output = ()> + Send {
        async move {
            self.endpoint
                .registration
                .lifecycle
                .begin(tokio::task::id());
            let served = caught(W::serve(&mut self)).await;
            let Self { worker, ctx, .. } = self;
            // A panic of the worker's `Drop` also ends only this worker.
            let dropped = drop_caught(worker);
            // Nothing is left of them if it was stopped.
            owned_ended(ctx.stop_owned()).await;
            match served.and_then(|served| dropped.map(|()| served)) {
                Ok(Served::Ended | Served::Restart) => {}
                Ok(Served::Failed(error)) => fails(ctx, &error),
                Err(panic) => panicked(ctx, &panic),
            }
        }
    }
}

impl<W: Worker<Context: NodeContext>> Relay<W> {
    #[expect(clippy::manual_async_fn, reason = "see above")]
    fn serve(&mut self) -> impl Future<Output = Served> + Send {
        async move {
            let mut turns = YIELD_EVERY_MESSAGES;
            // Whether more messages have been taken out of the queue.
            let mut has_more = false;
            loop {
                #[cfg(feature = "test-util")]
                if has_more {
                    preempted().await;
                }
                let next = match has_more && self.endpoint.signals.is_empty() {
                    true => Next::Message,
                    false => poll_fn(|cx| self.poll_next(&mut turns, cx)).await,
                };
                match next {
                    Next::Message => {
                        let handled = match self.endpoint.registration.extras() {
                            None => self.begin(&mut has_more).await,
                            Some(_) => Box::pin(self.begin_with_extras(&mut has_more)).await,
                        };
                        if let Err(error) = handled {
                            if let Some(fatal) = self.failed(error) {
                                return Served::Failed(fatal);
                            }
                        }
                        self.ctx.finish();
                        self.endpoint.mailbox.note_handled();
                    }
                    Next::Signals => match Box::pin(self.tell_signals()).await {
                        None => continue,
                        Some(Ordered::Failure(failure)) => return Served::Failed(failure),
                        Some(Ordered::Restart) => {
                            self.shut_down().await;
                            return Served::Restart;
                        }
                    },
                    Next::Stop(StopStep::Hear) => {
                        let heard = self.stopping().await;
                        self.close_if_stopped(heard);
                        continue;
                    }
                    Next::Stop(StopStep::StopOwned) => {
                        self.ctx.close_after_owned();
                        continue;
                    }
                    Next::End => break,
                }
                turns -= 1;
                if turns == 0 {
                    turns = YIELD_EVERY_MESSAGES;
                    yield_now().await;
                }
            }
            self.shut_down().await;
            Served::Ended
        }
    }

    #[inline(always)]
    fn poll_next(&mut self, turns: &mut u32, cx: &mut task::Context<'_>) -> Poll<Next> {
        loop {
            let ready = self.ctx.poll_ready::<W::Message>(cx);
            if !self.endpoint.signals.is_empty() {
                match self.look_closely(ready) {
                    Look::Next(next) => return Poll::Ready(next),
                    Look::Again => continue,
                    Look::GoOn => {}
                }
            }
            return match ready {
                Poll::Ready(true) => preempt(cx).map(|()| Next::Message),
                Poll::Ready(false) => Poll::Ready(Next::End),
                Poll::Pending => {
                    // Other tasks run while this one waits, so the count starts again.
                    *turns = YIELD_EVERY_MESSAGES;
                    Poll::Pending
                }
            };
        }
    }

    /// Looks for signals, and for a message that was withdrawn.
    #[cold]
    fn look_closely(&mut self, ready: Poll<bool>) -> Look {
        if let Some(next) = self.next_signal() {
            return Look::Next(next);
        }
        match ready {
            Poll::Ready(true) if self.ctx.discard_withdrawn::<W::Message>() => Look::Again,
            Poll::Ready(_) => Look::GoOn,
            Poll::Pending => {
                self.ctx.note_idle::<W::Message>();
                Look::GoOn
            }
        }
    }

    /// Returns the step that a signal asks for before the next message.
    fn next_signal(&mut self) -> Option<Next> {
        let due = self
            .endpoint
            .signals
            .next_due(self.ctx.begun::<W::Message>())?;
        Some(match due {
            Due::Stop(step) => Next::Stop(step),
            Due::Signal => Next::Signals,
        })
    }

    /// Begins to handle the next message.
    #[inline(always)]
    pub(super) fn begin(
        &mut self,
        has_more: &mut bool,
    ) -> Attended<'_, impl Future<Output = Result<()>> + Send, W::Message> {
        let worker = &mut self.worker;
        let (mut ends, mut span) = (NEVER, None);
        let handling = self.ctx.begin(has_more, &mut ends, |ctx, message| {
            log::event::<W::Message>(|what| format!("{} handles: {what}", ctx.address()));
            span = span!(ctx, "handle_message");
            worker.handle_routed(NodeContext::of(ctx), message)
        });
        attended(handling, &self.endpoint, ends, span)
    }

    /// Reports the error of a handler. Returns it instead, if it is a failure of the worker.
    #[cold]
    fn failed(&self, error: Error) -> Option<Error> {
        self.endpoint.registration.count_failure();
        let supervision = self.endpoint.registration.supervision.get();
        if supervision.is_some_and(|supervision| supervision.is_fatal(&error)) {
            return Some(error);
        }
        failed(&self.ctx, error);
        None
    }

    async fn shut_down(&mut self) {
        if let Err(error) = self.shutdown().await {
            let why = format_args!("the shutdown failed: {error:#}");
            log::warn(self.ctx.address(), why);
            log::untold(Trouble::Failures, self.ctx.address(), why);
        }
    }

    fn shutdown(&mut self) -> Attended<'_, impl Future<Output = Result<()>> + Send, W::Message> {
        let span = span!(self.ctx, "shutdown");
        let shutdown = self.worker.shutdown(NodeContext::of(&mut self.ctx));
        attended(Some(shutdown), &self.endpoint, NEVER, span)
    }
}
