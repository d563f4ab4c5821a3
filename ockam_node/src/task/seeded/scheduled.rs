use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::decisions::Ticket;
use super::simulation::CURRENT;

pin_project! {
    /// A future that runs when it is its turn. See the [module](super).
    pub(crate) struct Scheduled<F> {
        ticket: Ticket,
        #[pin]
        future: F,
    }

    impl<F> PinnedDrop for Scheduled<F> {
        fn drop(this: Pin<&mut Self>) {
            let ticket = this.ticket;
            // A task may be dropped when its thread ends.
            let forgotten = CURRENT.try_with(|current| {
                current.borrow_mut().as_mut().and_then(|current| current.forget(ticket))
            });
            drop(forgotten);
        }
    }
}

/// Puts a future under the scheduler of this thread.
pub(crate) fn schedule<F: Future>(future: F) -> Scheduled<F> {
    let ticket = CURRENT.with_borrow_mut(|current| {
        current.as_mut().map_or(0, |current| {
            current.last_ticket += 1;
            current.last_ticket
        })
    });
    Scheduled { ticket, future }
}

impl<F: Future> Future for Scheduled<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let is_turn = CURRENT.with_borrow_mut(|current| {
            // Behind the end of the simulation, tokio decides.
            current
                .as_mut()
                .is_none_or(|current| current.is_turn(*this.ticket, cx.waker()))
        });
        if !is_turn {
            return Poll::Pending;
        }
        this.future.poll(cx)
    }
}
