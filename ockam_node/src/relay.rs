//! The loop that runs a worker.
//!
//! ```text
//!  start_worker ─▶ run ─▶ serve ─▶ next message ─▶ handle_routed ─┐
//!                           ▲                                    │
//!                           └────────────────────────────────────┘
//!                           mailbox closed and empty ─▶ shutdown ─▶ the context is dropped,
//!                                                                  and with it the address freed
//! ```
//!
//! A stop closes the mailbox, so it never drops a handler that runs. A kill aborts the task: the
//! handler is dropped at its `.await`, and the context with it.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use ockam_core::{Error, ErrorKind, Worker};
use pin_project_lite::pin_project;
use tracing::Span;

use crate::context::{Context, NodeContext};
use crate::log::{self, span};
use crate::mailbox::Mailbox;
use crate::panics::{caught, drop_caught, panic_message};
use crate::resident::Resident;

/// After so many messages in a row, other tasks of the thread have their turn.
const FAIR: u32 = 128;

/// Runs a worker that has been initialised, until it is stopped, panics or is killed.
#[expect(
    clippy::manual_async_fn,
    reason = "an async fn keeps its arguments twice"
)]
pub(crate) fn run<W: Worker<Context: NodeContext>>(
    mut worker: W,
    mut ctx: Context,
    resident: Arc<Resident<W::Message>>,
) -> impl Future<Output = ()> + Send {
    async move {
        let served = caught(serve(&mut worker, &mut ctx, &resident)).await;
        // A `Drop` that panics ends no more than this worker, either.
        let dropped = drop_caught(worker);
        if let Err(panic) = served.and(dropped) {
            panicked(ctx, &*panic);
        }
    }
}

async fn serve<W: Worker<Context: NodeContext>>(
    worker: &mut W,
    ctx: &mut Context,
    resident: &Resident<W::Message>,
) {
    let mailbox = &resident.mailbox;
    let mut turns = FAIR;
    loop {
        let mut has_failed = false;
        let next = poll_fn(|cx| {
            let next = ctx.poll_next::<W::Message>(cx);
            if next.is_pending() {
                // Whoever has to wait lets others have their turn anyway.
                turns = FAIR;
                has_failed = resident.failures.are_there();
                if has_failed {
                    return Poll::Ready(None);
                }
            }
            next
        });
        let mut message = match next.await {
            Some(message) => message,
            None if has_failed => {
                Box::pin(undelivered(worker, ctx, resident)).await;
                continue;
            }
            None => break,
        };
        ctx.begin(&mut message, W::TAKES_ROUTED);
        let span = span!(ctx, "handle_message");
        let handling = worker.handle_routed(NodeContext::of(ctx), message);
        if let Err(error) = attended(handling, mailbox, span).await {
            failed(ctx, error);
        }
        ctx.finish();
        turns -= 1;
        if turns == 0 {
            turns = FAIR;
            if resident.failures.are_there() {
                Box::pin(undelivered(worker, ctx, resident)).await;
            }
            tokio::task::yield_now().await;
        }
    }
    let span = span!(ctx, "shutdown");
    let shutdown = worker.shutdown(NodeContext::of(ctx));
    if let Err(error) = attended(shutdown, mailbox, span).await {
        log::warn(
            ctx.address(),
            format_args!("the shutdown failed: {error:#}"),
        );
    }
}

/// Tells a worker of the messages that it sent and that were not delivered. Boxed by the caller, because
/// it is rare and would make the future of every worker larger.
#[cold]
async fn undelivered<W: Worker<Context: NodeContext>>(
    worker: &mut W,
    ctx: &mut Context,
    resident: &Resident<W::Message>,
) {
    while let Some(failure) = resident.failures.pop() {
        let span = span!(ctx, "undelivered");
        let telling = worker.undelivered(NodeContext::of(ctx), failure);
        if let Err(error) = attended(telling, &resident.mailbox, span).await {
            ctx.node().add_dead_letters(1);
            let why = format_args!("a message was not delivered: {error:#}");
            log::warn(ctx.address(), why);
        }
    }
}

pin_project! {
    struct Attended<'a, F, T> {
        #[pin]
        handling: F,
        mailbox: &'a Mailbox<T>,
        span: Option<Box<Span>>,
    }
}

/// Polls a handler within its span. Before it waits, free places go to those who wait for them.
fn attended<F: Future, T>(
    handling: F,
    mailbox: &Mailbox<T>,
    span: Option<Box<Span>>,
) -> Attended<'_, F, T> {
    Attended {
        handling,
        mailbox,
        span,
    }
}

impl<F: Future, T> Future for Attended<'_, F, T> {
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
