use ockam_core::reply::Replier;
use ockam_core::{Address, Error, ErrorKind, Route};

use super::by_address::ByAddress;
use super::counts::Counts;

/// What the peer may send without having been told that it may: answers.
///
/// An ask that left by this connection can be answered once, at an address of 128 random bits. Of a
/// message that was only sent, the way back to its sender is known to the peer: it can be sent one
/// message for each.
#[derive(Default)]
pub(super) struct Returns {
    /// By the name of each. The key gives no right to answer: what is removed is the only one.
    askers: ByAddress<Waiting>,
    /// The number of the last one.
    last_asker: u64,
    /// How many messages may come by each way.
    senders: Counts<Route>,
    /// How many of them there may be before those that have ended are looked for.
    many: usize,
}

/// Somebody who waits for an answer.
pub(super) struct Waiting {
    pub(super) asker: Replier,
    /// The workers on the way back, in front of the asker.
    pub(super) by: Route,
    /// Grows in the order of asks, so that they end in the order in which they have asked.
    number: u64,
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

/// How many may wait for an answer at once.
const MANY: usize = 64 * 1024;

impl Returns {
    /// Notes the way back of a message that is sent. Returns who is forgotten, to be dropped behind
    /// the lock.
    #[must_use]
    pub(super) fn note(&mut self, return_route: &Route) -> Vec<Waiting> {
        let Some((last, by)) = return_route.as_slice().split_last() else {
            return Vec::new();
        };
        let mut forgotten = self.make_room();
        if let Some(asker) = last.replier() {
            let by = by.iter().collect();
            forgotten.extend(self.add_asker(asker.clone(), by));
        } else if let Some(count) = self.senders.get_mut(return_route) {
            *count = count.saturating_add(1);
        } else {
            self.senders.insert(return_route.clone(), 1);
        }
        forgotten
    }

    /// Adds one, and returns who has waited under the same name: peers choose the names of those who
    /// ask from other nodes.
    fn add_asker(&mut self, asker: Replier, by: Route) -> Option<Waiting> {
        self.last_asker += 1;
        let number = self.last_asker;
        let name = name_of(&asker);
        self.askers.insert(name, Waiting { asker, by, number })
    }

    /// Tells whether as many wait as may.
    pub(super) fn are_too_many(&self) -> bool {
        self.askers.len() >= MANY
    }

    /// Takes the right to answer at an address.
    pub(super) fn take_asker(&mut self, address: &Address) -> Option<Waiting> {
        if self.askers.is_empty() {
            return None;
        }
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
    /// Returns who is forgotten, to be dropped behind the lock.
    #[must_use]
    pub(super) fn put_back(&mut self, waiting: Vec<Waiting>) -> Vec<Waiting> {
        let waiting = waiting.into_iter();
        waiting
            .filter_map(|waiting| self.add_asker(waiting.asker, waiting.by))
            .collect()
    }

    /// Takes out those who wait for an answer, in the order in which they have asked.
    pub(super) fn take_askers(&mut self) -> Vec<Waiting> {
        let mut askers: Vec<_> = self.askers.drain().map(|(_, waiting)| waiting).collect();
        askers.sort_unstable_by_key(|waiting| waiting.number);
        askers
    }

    fn make_room(&mut self) -> Vec<Waiting> {
        if self.askers.len() + self.senders.len() < self.many.max(FEW) {
            return Vec::new();
        }
        let over = self.askers.iter().filter(|(_, waiting)| waiting.is_over());
        let over: Vec<_> = over.map(|(address, _)| address.clone()).collect();
        let forgotten = over.iter().filter_map(|address| self.take_asker(address));
        let forgotten = forgotten.collect();
        self.senders.retain(|count| count > 0);
        if self.senders.len() > 16 * FEW {
            // Those that were never answered: the peer will hardly answer them now.
            self.senders = Counts::default();
        }
        self.many = 2 * (self.askers.len() + self.senders.len());
        forgotten
    }
}

/// Returns the right to answer that a message brings along, if it asks.
pub(super) fn asker_of(return_route: &Route) -> Option<&Replier> {
    return_route.last().and_then(Address::replier)
}

/// Names an asker by an address that is no right to answer it.
fn name_of(asker: &Replier) -> Address {
    Address::local(Address::from(asker.clone()).value())
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ockam_core::reply::{Answer, slot};

    use super::*;

    fn ask(returns: &mut Returns) -> (Replier, Answer<u64>) {
        let (asker, answer) = slot::<u64>(Duration::MAX);
        let forgotten = returns.note(&Route::from(Address::from(asker.clone())));
        drop(forgotten);
        (asker, answer)
    }

    #[test]
    fn those_that_wait_no_longer_are_forgotten() {
        let mut returns = Returns::default();
        let waiting: Vec<_> = (0..10).map(|_| ask(&mut returns)).collect();
        for _ in 0..100 * FEW {
            drop(ask(&mut returns));
            assert!(returns.askers.len() <= FEW);
        }
        for (asker, _) in &waiting {
            assert!(returns.take_asker(&Address::from(asker.clone())).is_some());
        }
    }

    #[test]
    fn who_asks_under_the_same_name_takes_the_place() {
        let mut returns = Returns::default();
        let (asker, _answer) = ask(&mut returns);
        let again = returns.note(&Route::from(Address::from(asker.clone())));
        assert_eq!(again.len(), 1);
        assert!(returns.take_asker(&Address::from(asker)).is_some());
        assert!(returns.askers.is_empty());
    }

    #[test]
    fn they_end_in_the_order_in_which_they_have_asked() {
        let mut returns = Returns::default();
        let asked: Vec<_> = (0..100).map(|_| ask(&mut returns)).collect();
        let mut early = returns.take_askers();
        let late = early.split_off(50);
        assert!(returns.put_back(early).is_empty());
        let again = returns.take_askers().into_iter().chain(late);
        let again: Vec<_> = again.map(|waiting| waiting.address()).collect();
        let asked: Vec<_> = asked
            .iter()
            .map(|(asker, _)| Address::from(asker.clone()))
            .collect();
        assert_eq!(again, asked);
    }
}
