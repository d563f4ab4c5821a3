//! Handlers with a time limit, or that somebody watches.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use ockam_core::headers::Headers;
use ockam_core::{Result, Routed, Worker};
use pin_project_lite::pin_project;

use super::relay::Relay;
use crate::context::NodeContext;
use crate::delivery::Extras;
use crate::observe::Recorded;

impl<W: Worker<Context: NodeContext>> Relay<W> {
    /// Handles a message of a worker that has [`Extras`]. The caller boxes the future, since most have none.
    #[cold]
    pub(super) async fn handle_with_extras(&mut self, message: Routed<W::Message>) -> Result<()> {
        let endpoint = self.endpoint.clone();
        let Some(extras) = endpoint.registration.extras() else {
            return self.handle(message).await;
        };
        let (times, recorder) = (extras.times(), extras.recorder());
        if times.is_none() && recorder.is_none() {
            return self.handle_in_time(extras, message).await;
        }
        let from = Headers::of(&message).source;
        let came = times.and_then(|_| endpoint.mailbox.came_at());
        let recorded = Recorded::begin(times, recorder, from, came);
        let handling = self.handle_in_time(extras, message);
        Observed { handling, recorded }.await
    }

    async fn handle_in_time(&mut self, extras: &Extras, message: Routed<W::Message>) -> Result<()> {
        match extras.handler_timeout() {
            Some(limit) => self.handle_within(limit, message).await,
            None => self.handle(message).await,
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
