use std::collections::HashMap;

use ockam_core::reply::Replier;
use ockam_core::{Address, Error, ErrorKind, Route};

/// What the peer may send without having been told that it may: answers.
///
/// An ask that left by this connection can be answered once, at an address of 128 random bits. Of a
/// message that was only sent, the way back to its sender is known to the peer: it can be sent one
/// message for each.
#[derive(Default)]
pub(super) struct Returns {
    askers: HashMap<Address, Waiting>,
    /// How many messages may come by each way.
    senders: HashMap<Route, u32>,
    /// How many of them there may be before those that have ended are looked for.
    many: usize,
}

/// Somebody who waits for an answer.
pub(super) struct Waiting {
    pub(super) asker: Replier,
    /// The workers on the way back, in front of the asker.
    pub(super) by: Route,
}

impl Waiting {
    pub(super) fn address(&self) -> Address {
        Address::from(self.asker.clone())
    }

    fn is_over(&self) -> bool {
        self.asker.has_ended() || self.asker.remaining().is_zero()
    }
}

/// How many there are at least before those that have ended are looked for.
const FEW: usize = 1024;

impl Returns {
    /// Notes the way back of a message that is sent. Returns who is forgotten, to be dropped behind
    /// the lock.
    #[must_use]
    pub(super) fn note(&mut self, return_route: &Route) -> Vec<Waiting> {
        let Some((last, by)) = return_route.as_slice().split_last() else {
            return Vec::new();
        };
        let forgotten = self.make_room();
        if let Some(asker) = last.replier() {
            let waiting = Waiting {
                asker: asker.clone(),
                by: by.iter().collect(),
            };
            self.askers.insert(last.clone(), waiting);
        } else if let Some(count) = self.senders.get_mut(return_route) {
            *count = count.saturating_add(1);
        } else {
            self.senders.insert(return_route.clone(), 1);
        }
        forgotten
    }

    /// Takes the right to answer at an address.
    pub(super) fn take_asker(&mut self, address: &Address) -> Option<Waiting> {
        self.askers.remove(address)
    }

    /// Tells whether a message may come by this way because one was sent that left it.
    pub(super) fn admit(&mut self, way: &Route) -> bool {
        match self.senders.get_mut(way) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Puts those back who wait for the answer to a question that has not been sent.
    pub(super) fn put_back(&mut self, waiting: Vec<Waiting>) {
        let waiting = waiting.into_iter();
        self.askers
            .extend(waiting.map(|waiting| (waiting.address(), waiting)));
    }

    /// Takes out those who wait for an answer.
    pub(super) fn take_askers(&mut self) -> Vec<Waiting> {
        self.askers.drain().map(|(_, waiting)| waiting).collect()
    }

    fn make_room(&mut self) -> Vec<Waiting> {
        if self.askers.len() + self.senders.len() < self.many.max(FEW) {
            return Vec::new();
        }
        let over = self.askers.iter().filter(|(_, waiting)| waiting.is_over());
        let over: Vec<_> = over.map(|(address, _)| address.clone()).collect();
        let forgotten = over.iter().filter_map(|asker| self.askers.remove(asker));
        let forgotten = forgotten.collect();
        self.senders.retain(|_, count| *count > 0);
        if self.senders.len() > 16 * FEW {
            // Those that were never answered: the peer will hardly answer them now.
            self.senders.clear();
        }
        self.many = 2 * (self.askers.len() + self.senders.len());
        forgotten
    }
}

/// Tells those who wait for an answer that none can come.
pub(super) fn end_all(all: Vec<Waiting>, why: &str) {
    for waiting in all {
        // Given back if it has been answered.
        let _ = waiting
            .asker
            .fail(Error::new(ErrorKind::OutcomeUnknown, why));
    }
}
