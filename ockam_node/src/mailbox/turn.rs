use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Mailbox, wake_all};
use crate::sync::{Ordering, fence};

/// A place in the line of those who wait for room.
pub(crate) type Ticket = u64;

/// What a waiting sender needs of a mailbox, whatever the type of its messages.
pub(crate) trait Turnstile: Sync {
    /// Takes a ticket if there is none yet, and waits for its turn or for the mailbox to close.
    fn poll_turn(&self, ticket: &mut Option<Ticket>, cx: &mut Context<'_>) -> Poll<()>;

    /// Gives a ticket back, with the place that was granted to it.
    fn leave(&self, ticket: Ticket);
}

impl<T: Send> Turnstile for Mailbox<T> {
    fn poll_turn(&self, place: &mut Option<Ticket>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let mut state = self.lock();
        let mut woken = Vec::new();
        let ticket = *place.get_or_insert_with(|| {
            let ticket = state.line.enter();
            self.progress.crowded.store(true, Ordering::Relaxed);
            fence(Ordering::SeqCst);
            // What is granted here goes to those in front, and perhaps to this one.
            woken = self.grant(&mut state);
            ticket
        });
        let ready = !state.open || state.line.has_come(ticket);
        if !ready {
            // A receiver that waits without having looked for this one looks again.
            woken.extend(self.take_receiver(&mut state));
        }
        let previous = match ready {
            true => Some(waker),
            false => state.line.note(ticket, waker),
        };
        drop(state);
        drop(previous);
        wake_all(woken);
        if ready {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    fn leave(&self, ticket: Ticket) {
        let mut state = self.lock();
        let had_turn = state.line.has_come(ticket);
        let waker = state.line.remove(ticket);
        if had_turn && state.open {
            state.accepted = state.accepted.wrapping_sub(1);
        }
        let woken = self.grant_in_line(&mut state);
        drop(state);
        drop(waker);
        wake_all(woken);
    }
}

/// Waits for a place in a mailbox. Dropped before the place is used, it leaves the line.
pub(crate) struct Turn<'a> {
    turnstile: &'a dyn Turnstile,
    ticket: Option<Ticket>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(turnstile: &'a dyn Turnstile) -> Self {
        Self {
            turnstile,
            ticket: None,
        }
    }

    /// Takes out the ticket, to push with it.
    pub(crate) fn into_ticket(mut self) -> Option<Ticket> {
        self.ticket.take()
    }
}

impl Future for Turn<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let turnstile = self.turnstile;
        turnstile.poll_turn(&mut self.ticket, cx)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.turnstile.leave(ticket);
        }
    }
}
