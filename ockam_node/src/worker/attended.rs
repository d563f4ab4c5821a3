use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::context::{Current, polled};
use crate::delivery::Endpoint;
use crate::log::WorkerSpan;

pin_project! {
    /// A handler that is polled in its span, and that what it asks finds.
    pub(super) struct Attended<'a, F, M> {
        #[pin]
        handling: F,
        endpoint: &'a Endpoint<M>,
        current: Current,
        span: Option<WorkerSpan>,
    }
}

/// Polls a handler in its span. If the handler has to wait, waiting senders get the free places of the
/// mailbox.
pub(super) fn attended<F: Future, M>(
    handling: F,
    endpoint: &Endpoint<M>,
    current: Current,
    span: Option<WorkerSpan>,
) -> Attended<'_, F, M> {
    Attended {
        handling,
        endpoint,
        current,
        span,
    }
}

impl<F: Future, M> Future for Attended<'_, F, M> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.span.as_ref().map(|span| span.enter());
        let handled = polled(*this.current, || this.handling.poll(cx));
        if handled.is_pending() {
            this.endpoint.mailbox.release();
        }
        handled
    }
}
