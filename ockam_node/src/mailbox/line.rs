use std::collections::BTreeMap;
use std::task::Waker;

use super::Ticket;

/// The senders that wait for a place, in the order in which they came.
#[derive(Default)]
pub(super) struct Line {
    /// The waker of a sender whose turn has come was taken to wake it.
    tickets: BTreeMap<Ticket, Option<Waker>>,
    next_ticket: Ticket,
    /// Whoever has a ticket before this one has had its turn.
    turn: Ticket,
}

impl Line {
    /// Tells whether nobody has a ticket. Then `crowded` is not set.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }

    /// Tells whether somebody waits whose turn has not come.
    pub(super) fn has_waiting(&self) -> bool {
        self.tickets.range(self.turn..).next().is_some()
    }

    /// Tells whether the turn of `ticket` has come.
    pub(super) fn has_come(&self, ticket: Ticket) -> bool {
        ticket < self.turn
    }

    pub(super) fn enter(&mut self) -> Ticket {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.tickets.insert(ticket, None);
        ticket
    }

    /// Notes whom to wake for `ticket`, and returns who was noted before.
    pub(super) fn note(&mut self, ticket: Ticket, waker: Waker) -> Option<Waker> {
        self.tickets.insert(ticket, Some(waker)).flatten()
    }

    /// Takes a ticket back. Returns who was to be woken for it.
    pub(super) fn remove(&mut self, ticket: Ticket) -> Option<Waker> {
        self.tickets.remove(&ticket).flatten()
    }

    /// Lets the next one have its turn, and returns whom to wake.
    pub(super) fn grant(&mut self) -> Option<Waker> {
        let (ticket, waker) = self.tickets.range_mut(self.turn..).next()?;
        self.turn = ticket + 1;
        waker.take()
    }

    pub(super) fn grant_all(&mut self) -> Vec<Waker> {
        let turn = std::mem::replace(&mut self.turn, self.next_ticket);
        let waiting = self.tickets.range_mut(turn..);
        waiting.filter_map(|(_, waker)| waker.take()).collect()
    }
}
