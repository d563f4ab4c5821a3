use std::collections::VecDeque;
use std::task::Waker;

use super::Ticket;

/// The senders that wait for a place, in the order in which they came.
///
/// Most mailboxes never have one, so it takes no room until the first one comes.
#[derive(Default)]
pub(super) struct Line(Option<Box<Tickets>>);

/// So much room for tickets is kept when the last one has gone.
const KEPT: usize = 16;

#[derive(Default)]
struct Tickets {
    /// The lowest first. The waker of a sender whose turn has come was taken to wake it.
    wakers: VecDeque<(Ticket, Option<Waker>)>,
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
        let Some(tickets) = self.0.as_deref() else {
            return false;
        };
        let last = tickets.wakers.back();
        last.is_some_and(|(last, _)| *last >= tickets.turn)
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
        tickets.wakers.push_back((ticket, None));
        ticket
    }

    /// Notes whom to wake for `ticket`, and returns who was noted before.
    pub(super) fn note(&mut self, ticket: Ticket, waker: Waker) -> Option<Waker> {
        let tickets = self.0.as_deref_mut()?;
        match tickets.find(ticket) {
            Some(place) => tickets.wakers[place].1.replace(waker),
            None => Some(waker),
        }
    }

    /// Takes a ticket back. Returns who was to be woken for it.
    pub(super) fn remove(&mut self, ticket: Ticket) -> Option<Waker> {
        let tickets = self.0.as_deref_mut()?;
        let place = tickets.find(ticket)?;
        let removed = tickets.wakers.remove(place);
        if tickets.wakers.is_empty() {
            tickets.wakers.shrink_to(KEPT);
        }
        removed.and_then(|(_, waker)| waker)
    }

    /// Lets the next one have its turn, and returns whom to wake.
    pub(super) fn grant(&mut self) -> Option<Waker> {
        let tickets = self.0.as_deref_mut()?;
        let place = tickets.first_waiting();
        let (ticket, waker) = tickets.wakers.get_mut(place)?;
        tickets.turn = *ticket + 1;
        waker.take()
    }

    pub(super) fn grant_all(&mut self) -> Vec<Waker> {
        let Some(tickets) = self.0.as_deref_mut() else {
            return Vec::new();
        };
        let place = tickets.first_waiting();
        tickets.turn = tickets.next;
        let waiting = tickets.wakers.range_mut(place..);
        waiting.filter_map(|(_, waker)| waker.take()).collect()
    }
}

impl Tickets {
    fn find(&self, ticket: Ticket) -> Option<usize> {
        let wakers = &self.wakers;
        wakers.binary_search_by_key(&ticket, |(key, _)| *key).ok()
    }

    /// Returns the place of the next one to have its turn.
    fn first_waiting(&self) -> usize {
        let wakers = &self.wakers;
        wakers.partition_point(|(ticket, _)| *ticket < self.turn)
    }
}
