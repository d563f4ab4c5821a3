//! The loop that runs a worker.
//!
//! ```text
//!  start_worker ─▶ begin ─▶ rests ─▶ stopped, without a `shutdown` ─▶ end
//!                             │
//!                             ▼ something comes
//!                            run ─▶ serve ─▶ next message ─▶ handle_routed ─┐
//!                                    ▲                                    │
//!                                    └────────────────────────────────────┘
//!                                    mailbox closed and empty ─▶ shutdown ─▶ the context is dropped,
//!                                                                           and with it the address freed
//! ```
//!
//! From `run` on it has a task. A stop closes the mailbox, so it never drops a handler that runs. A kill aborts the task: the
//! handler is dropped at its `.await`, and the context with it.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, Waker};

use ockam_core::{Error, ErrorKind, Result, Routed, Worker};
use pin_project_lite::pin_project;
use tokio::task::AbortHandle;
use tracing::Span;

use crate::context::{Context, NodeContext};
use crate::log::{self, span};
use crate::losses::Losses;
use crate::mailbox::Mailbox;
use crate::panics::{caught, drop_caught, panic_message};
use crate::resident::Resident;
use crate::resting::Resting;
use crate::task::spawn;

/// After so many messages in a row, other tasks of the thread have their turn.
const FAIR: u32 = 128;

/// A worker that has been initialised, and what it runs with.
pub(crate) struct Relay<W: Worker> {
    pub(crate) worker: W,
    pub(crate) ctx: Context,
    pub(crate) resident: Arc<Resident<W::Message>>,
}

/// What a relay has to do next.
enum Next {
    /// To handle the first message.
    Message,
    /// To tell of messages that were not delivered.
    Failures,
    /// To end: the mailbox is closed and empty.
    End,
}

// Every worker has a future of these, so they are written to be small: what an `async fn` is called
// with, it keeps twice, and what is borrowed before an `.await`, it keeps until behind it.
impl<W: Worker<Context: NodeContext>> Relay<W> {
    /// Leaves the worker to itself: it rests until something comes, if nothing has.
    pub(crate) fn begin(mut self) {
        let resident = self.resident.clone();
        let rests = self.ctx.rest::<W::Message>(Waker::from(resident.clone()));
        let (worker, life) = (Box::new(self), &resident.tenancy.life);
        match rests && !resident.failures.are_there() {
            true => life.rest(worker),
            false => life.run(worker),
        }
    }

    /// Runs the worker until it is stopped, panics or is killed.
    #[expect(clippy::manual_async_fn, reason = "see above")]
    fn run(mut self) -> impl Future<Output = ()> + Send {
        async move {
            self.resident.tenancy.life.begin();
            let served = caught(self.serve()).await;
            let Self { worker, ctx, .. } = self;
            // A `Drop` that panics ends no more than this worker, either.
            let dropped = drop_caught(worker);
            if let Err(panic) = served.and(dropped) {
                panicked(ctx, &*panic);
            }
        }
    }

    #[expect(clippy::manual_async_fn, reason = "see above")]
    fn serve(&mut self) -> impl Future<Output = ()> + Send {
        async move {
            let mut turns = FAIR;
            loop {
                match poll_fn(|cx| self.poll_next(&mut turns, cx)).await {
                    Next::Message => {
                        let handled = self.handle().await;
                        self.finish(handled);
                    }
                    Next::Failures => {
                        Box::pin(self.undelivered()).await;
                        continue;
                    }
                    Next::End => break,
                }
                turns -= 1;
                if turns == 0 {
                    turns = FAIR;
                    if self.resident.failures.are_there() {
                        Box::pin(self.undelivered()).await;
                    }
                    tokio::task::yield_now().await;
                }
            }
            if let Err(error) = self.shutdown().await {
                let why = format_args!("the shutdown failed: {error:#}");
                log::warn(self.ctx.address(), why);
            }
        }
    }

    #[inline]
    fn poll_next(&mut self, turns: &mut u32, cx: &mut task::Context<'_>) -> Poll<Next> {
        match self.ctx.poll_ready::<W::Message>(cx) {
            Poll::Ready(true) => Poll::Ready(Next::Message),
            _ if self.resident.failures.are_there() => Poll::Ready(Next::Failures),
            Poll::Ready(false) => Poll::Ready(Next::End),
            Poll::Pending => {
                // Whoever has to wait lets others have their turn anyway.
                *turns = FAIR;
                Poll::Pending
            }
        }
    }

    #[inline]
    fn handle(&mut self) -> Attended<'_, impl Future<Output = Result<()>> + Send, W::Message> {
        let body = self.ctx.begin();
        let span = span!(self.ctx, "handle_message");
        // Not before: what a panic of a subscriber would have to drop does not stay in registers.
        let message = self.ctx.message(body, W::WRITTEN.handle_routed);
        let ctx = NodeContext::of(&mut self.ctx);
        let handling = self.worker.handle_routed(ctx, message);
        attended(handling, &self.resident.mailbox, span)
    }

    #[inline]
    fn finish(&mut self, handled: Result<()>) {
        if let Err(error) = handled {
            failed(&self.ctx, error);
        }
        self.ctx.finish();
    }

    fn shutdown(&mut self) -> Attended<'_, impl Future<Output = Result<()>> + Send, W::Message> {
        let span = span!(self.ctx, "shutdown");
        let shutdown = self.worker.shutdown(NodeContext::of(&mut self.ctx));
        attended(shutdown, &self.resident.mailbox, span)
    }

    /// Tells the worker of the messages that it sent and that were not delivered. Boxed by the caller,
    /// because it is rare.
    #[cold]
    async fn undelivered(&mut self) {
        let mut turns = FAIR;
        let mut losses = Losses::new(self.ctx.address());
        while let Some(failure) = self.resident.failures.pop() {
            let span = span!(self.ctx, "undelivered");
            let ctx = NodeContext::of(&mut self.ctx);
            let telling = self.worker.undelivered(ctx, failure);
            if let Err(error) = attended(telling, &self.resident.mailbox, span).await {
                self.ctx.node().add_dead_letters(1);
                losses.add(&error);
            }
            turns -= 1;
            if turns == 0 {
                turns = FAIR;
                tokio::task::yield_now().await;
            }
        }
    }
}

impl<W: Worker<Context: NodeContext>> Resting for Relay<W> {
    fn may_end(&self) -> bool {
        !W::WRITTEN.shutdown
    }

    fn spawn(self: Box<Self>) -> AbortHandle {
        let runtime = self.ctx.node().runtime.clone();
        spawn(&runtime, self.run()).abort_handle()
    }

    fn end(self: Box<Self>) {
        let Self { worker, ctx, .. } = *self;
        // Whoever stops it may do so from outside the runtime, where its `Drop` is not used to be.
        let node = tokio::task::try_id().is_none().then(|| ctx.node().clone());
        let _inside = node.as_ref().map(|node| node.runtime.enter());
        if let Err(panic) = drop_caught(worker) {
            panicked(ctx, &*panic);
        }
    }
}

pin_project! {
    struct Attended<'a, F, M> {
        #[pin]
        handling: F,
        mailbox: &'a Mailbox<Routed<M>>,
        span: Option<Box<Span>>,
    }
}

/// Polls a handler within its span. Before it waits, free places go to those who wait for them.
fn attended<F: Future, M>(
    handling: F,
    mailbox: &Mailbox<Routed<M>>,
    span: Option<Box<Span>>,
) -> Attended<'_, F, M> {
    Attended {
        handling,
        mailbox,
        span,
    }
}

impl<F: Future, M> Future for Attended<'_, F, M> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.span.as_ref().map(|span| span.enter());
        let handled = this.handling.poll(cx);
        if handled.is_pending() {
            this.mailbox.settle();
        }
        handled
    }
}

/// Tells a panic to the log, and to whoever asked.
fn panicked(ctx: Context, panic: &(dyn Any + Send)) {
    let why = panic_message(panic);
    log::error(ctx.address(), format_args!("the worker panicked: {why}"));
    let why = format!("{} panicked while it handled the question", ctx.address());
    let asker = ctx.asker().cloned();
    // Whoever asked may start the worker again at once: its address is free before.
    drop(ctx);
    if let Some(asker) = asker {
        // Given back if the question has been answered: the log has it.
        let _ = asker.fail(Error::new(ErrorKind::Panicked, why));
    }
}

/// Tells a handler's error to whoever asked, else to the log.
#[cold]
fn failed(ctx: &Context, error: Error) {
    let error = if error.kind() == ErrorKind::Unhandled {
        ctx.node().add_dead_letters(1);
        let why = format!("{} handles no messages", ctx.address());
        Error::new(ErrorKind::NoReply, why)
    } else {
        error
    };
    let untold = match ctx.asker() {
        Some(asker) => asker.fail(error),
        None => Err(error),
    };
    if let Err(error) = untold {
        // A message that the handler could not pass on is lost here.
        ctx.node().add_dead_letters(error.has_undelivered().into());
        let why = format_args!("a message was not handled: {error:#}");
        log::warn(ctx.address(), why);
    }
}
