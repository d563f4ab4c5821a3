use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use ockam_core::Result;

use crate::delivery::Endpoint;
use crate::log::WorkerSpan;
use crate::task::Answering;
use crate::time::clock::Nanos;

pin_project! {
    /// A handler that is polled in its span, and that what it asks finds.
    pub(super) struct Attended<'a, F, M> {
        #[pin]
        handling: Option<F>,
        endpoint: &'a Endpoint<M>,
        ends: Nanos,
        span: Option<WorkerSpan>,
    }
}

/// Polls a handler in its span. If the handler has to wait, waiting senders get the free places of the
/// mailbox. What it asks waits no longer than until `ends`.
/// If there is no handler, this is done at once.
pub(super) fn attended<F: Future, M>(
    handling: Option<F>,
    endpoint: &Endpoint<M>,
    ends: Nanos,
    span: Option<WorkerSpan>,
) -> Attended<'_, F, M> {
    Attended {
        handling,
        endpoint,
        ends,
        span,
    }
}

impl<F, M> Attended<'_, F, M> {
    /// Returns `false` if there is nothing to do.
    pub(super) fn has_handler(&self) -> bool {
        self.handling.is_some()
    }
}

impl<T: Default, F: Future<Output = Result<T>>, M> Future for Attended<'_, F, M> {
    type Output = Result<T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let this = self.project();
        let Some(handling) = this.handling.as_pin_mut() else {
            return Poll::Ready(Ok(T::default()));
        };
        let _entered = this.span.as_ref().map(|span| span.enter());
        let answering = Answering::until(*this.ends);
        let handled = handling.poll(cx);
        drop(answering);
        if handled.is_pending() {
            this.endpoint.mailbox.release();
        }
        handled
    }
}
