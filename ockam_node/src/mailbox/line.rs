use std::collections::BTreeMap;
use std::task::Waker;

use super::Ticket;

/// The senders that wait for a place, in the order in which they came.
///
/// Most mailboxes never have one, so it takes no room until the first one comes.
#[derive(Default)]
pub(super) struct Line(Option<Box<Tickets>>);

#[derive(Default)]
struct Tickets {
    /// The waker of a sender whose turn has come was taken to wake it.
    wakers: BTreeMap<Ticket, Option<Waker>>,
    next: Ticket,
    /// Whoever has a ticket before this one has had its turn.
    turn: Ticket,
}

impl Line {
    /// Tells whether nobody has a ticket. Then nobody is waited for, either.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        match &self.0 {
            None => true,
            Some(tickets) => tickets.wakers.is_empty(),
        }
    }

    /// Tells whether somebody waits whose turn has not come.
    pub(super) fn has_waiting(&self) -> bool {
        let waits = |tickets: &Tickets| tickets.wakers.range(tickets.turn..).next().is_some();
        self.0.as_deref().is_some_and(waits)
    }

    /// Tells whether the turn of `ticket` has come.
    pub(super) fn has_come(&self, ticket: Ticket) -> bool {
        let turn = self.0.as_deref().map(|tickets| tickets.turn);
        turn.is_some_and(|turn| ticket < turn)
    }

    pub(super) fn enter(&mut self) -> Ticket {
        let tickets = self.0.get_or_insert_default();
        let ticket = tickets.next;
        tickets.next += 1;
        tickets.wakers.insert(ticket, None);
        ticket
    }

    /// Notes whom to wake for `ticket`, and returns who was noted before.
    pub(super) fn note(&mut self, ticket: Ticket, waker: Waker) -> Option<Waker> {
        let tickets = self.0.get_or_insert_default();
        tickets.wakers.insert(ticket, Some(waker)).flatten()
    }

    /// Takes a ticket back. Returns who was to be woken for it.
    pub(super) fn remove(&mut self, ticket: Ticket) -> Option<Waker> {
        let tickets = self.0.as_deref_mut()?;
        tickets.wakers.remove(&ticket).flatten()
    }

    /// Lets the next one have its turn, and returns whom to wake.
    pub(super) fn grant(&mut self) -> Option<Waker> {
        let tickets = self.0.as_deref_mut()?;
        let (ticket, waker) = tickets.wakers.range_mut(tickets.turn..).next()?;
        tickets.turn = ticket + 1;
        waker.take()
    }

    pub(super) fn grant_all(&mut self) -> Vec<Waker> {
        let Some(tickets) = self.0.as_deref_mut() else {
            return Vec::new();
        };
        let turn = std::mem::replace(&mut tickets.turn, tickets.next);
        let waiting = tickets.wakers.range_mut(turn..);
        waiting.filter_map(|(_, waker)| waker.take()).collect()
    }
}
