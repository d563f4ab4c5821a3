//! Handlers with a time limit, or that somebody watches.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use ockam_core::{Result, Worker};
use pin_project_lite::pin_project;

use super::limited::limited;
use super::relay::Relay;
use crate::context::NodeContext;
use crate::observe::Recorded;

impl<W: Worker<Context: NodeContext>> Relay<W> {
    /// Begins to handle the next message of a worker that has [`Extras`](crate::delivery::Extras). The caller boxes
    /// the future, since most have none.
    #[cold]
    pub(super) async fn begin_with_extras(&mut self, has_more: &mut bool) -> Result<()> {
        let (node, endpoint) = (self.ctx.node().clone(), self.endpoint.clone());
        let extras = endpoint.registration.extras();
        let times = extras.and_then(|extras| extras.times());
        let recorder = extras.and_then(|extras| extras.recorder());
        let limit = extras.and_then(|extras| extras.handler_timeout());
        let from = self.ctx.next_source::<W::Message>();
        let handling = self.begin(has_more);
        let is_seen = handling.has_handler() && (times.is_some() || recorder.is_some());
        let recorded = is_seen.then(|| {
            let came = times.and_then(|_| endpoint.mailbox.came_at());
            Recorded::begin(times, recorder, from, came)
        });
        let handling = limited(&node, endpoint.registration.address(), limit, handling);
        match recorded {
            Some(recorded) => Observed { handling, recorded }.await,
            None => handling.await,
        }
    }
}

pin_project! {
    /// A handler whose end is noted, however it comes.
    struct Observed<'a, F> {
        #[pin]
        handling: F,
        recorded: Recorded<'a>,
    }
}

impl<F: Future<Output = Result<()>>> Future for Observed<'_, F> {
    type Output = Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.project();
        // It stays set if the handler panics.
        this.recorded.is_polled = true;
        let handled = this.handling.poll(cx);
        this.recorded.is_polled = false;
        if let Poll::Ready(handled) = &handled {
            this.recorded.end(handled);
        }
        handled
    }
}
