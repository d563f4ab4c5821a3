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

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;

use ockam_core::{Error, ErrorKind, Routed, Worker};
use tracing::Span;

use crate::context::{Context, NodeContext};
use crate::log;
use crate::mailbox::Mailbox;
use crate::panics::{caught, panic_message};
use crate::resident::Resident;

/// After so many messages in a row, other tasks of the thread have their turn.
const FAIR: usize = 128;

/// Runs a worker that has been initialised, until it is stopped, panics or is killed.
pub(crate) async fn run<W>(mut worker: W, mut ctx: Context, resident: Arc<Resident<W::Message>>)
where
    W: Worker<Context: NodeContext>,
{
    let served = caught(serve(&mut worker, &mut ctx, &resident.mailbox)).await;
    // A `Drop` that panics ends no more than this worker, either.
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(worker)));
    if let Err(panic) = served.and(dropped) {
        let why = panic_message(&*panic);
        log::error(ctx.address(), format_args!("the worker panicked: {why}"));
        let why = format!("{} panicked while it handled the question", ctx.address());
        // Given back if nobody asked: the log has it.
        let _ = ctx.tell_asker(Error::new(ErrorKind::Panicked, why));
    }
}

async fn serve<W>(worker: &mut W, ctx: &mut Context, mailbox: &Mailbox<Routed<W::Message>>)
where
    W: Worker<Context: NodeContext>,
{
    let mut handled: usize = 0;
    while let Some(message) = ctx.next::<W::Message>().await {
        let address = ctx.address();
        let span = tracing::debug_span!(target: "ockam_node", "handle_message", %address);
        let handling = worker.handle_routed(NodeContext::of(ctx), message);
        if let Err(error) = attended(handling, mailbox, span).await {
            report(ctx, error);
        }
        ctx.finish();
        handled = handled.wrapping_add(1);
        if handled % FAIR == 0 {
            tokio::task::yield_now().await;
        }
    }
    if let Err(error) = worker.shutdown(NodeContext::of(ctx)).await {
        log::warn(
            ctx.address(),
            format_args!("the shutdown failed: {error:#}"),
        );
    }
}

/// Polls a handler within its span. Before it waits, free places go to those who wait for them.
async fn attended<T, F>(handling: F, mailbox: &Mailbox<T>, span: Span) -> F::Output
where
    F: Future,
{
    let mut handling = pin!(handling);
    poll_fn(|cx| {
        let _entered = span.enter();
        let handled = handling.as_mut().poll(cx);
        if handled.is_pending() {
            mailbox.settle();
        }
        handled
    })
    .await
}

/// Tells a handler's error to whoever asked, else to the log.
fn report(ctx: &mut Context, error: Error) {
    if error.kind() == ErrorKind::Unhandled {
        ctx.node().add_dead_letters(1);
    }
    if let Err(error) = ctx.tell_asker(error) {
        log::warn(
            ctx.address(),
            format_args!("a message was not handled: {error:#}"),
        );
    }
}
