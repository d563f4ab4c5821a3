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
    /// The number of the last one whose question has been given to a stream.
    last_sent: u64,
    /// How many messages may come by each way.
    senders: Counts<Route>,
    /// How many of them there may be before those that have ended are looked for.
    many: usize,
}

/// Somebody who waits for an answer.
pub(super) struct Waiting {
    pub(super) asker: Replier,
    /// Where the question went first.
    to: Address,
    /// The workers and connections on the way back, in front of the asker.
    by: Route,
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
    /// Notes the way back of a message that is queued. Returns who is forgotten, to be dropped behind
    /// the lock.
    #[must_use]
    pub(super) fn note(&mut self, onward: &[Address], return_route: &Route) -> Vec<Waiting> {
        let (Some(to), Some((last, by))) = (onward.first(), return_route.as_slice().split_last())
        else {
            return Vec::new();
        };
        let mut forgotten = self.make_room();
        if let Some(asker) = last.replier() {
            self.last_asker += 1;
            let waiting = Waiting {
                asker: asker.clone(),
                to: to.clone(),
                by: by.iter().collect(),
                number: self.last_asker,
            };
            // Who has waited under the same name: peers choose the names of those who ask from other
            // nodes.
            forgotten.extend(self.askers.insert(name_of(asker), waiting));
        } else if let Some(count) = self.senders.get_mut(return_route) {
            *count = count.saturating_add(1);
        } else {
            self.senders.insert(return_route.clone(), 1);
        }
        forgotten
    }

    /// Notes the way back of messages that follow one which was noted.
    pub(super) fn note_more(&mut self, return_route: &Route, messages: u32) {
        if let Some(count) = self.senders.get_mut(return_route) {
            *count = count.saturating_add(messages);
        }
    }

    /// Notes that all that is queued is given to a stream.
    pub(super) fn note_sent(&mut self) {
        self.last_sent = self.last_asker;
    }

    /// Tells whether as many wait as may.
    pub(super) fn are_too_many(&self) -> bool {
        self.askers.len() >= MANY
    }

    /// Takes the right to answer at the end of a way, if a question has left that way back.
    ///
    /// The name alone says little: peers choose the names of those who ask from other nodes, and might
    /// choose that of a worker of this one. But the way to those leads by the connection to that peer.
    pub(super) fn take_asker(&mut self, way: &Route) -> Option<Waiting> {
        let (name, by) = way.as_slice().split_last()?;
        if self.askers.is_empty() {
            return None;
        }
        let found = self.askers.get(name);
        found.filter(|waiting| waiting.by.as_slice() == by)?;
        self.askers.remove(name)
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

    /// Takes out those whose question has been given to a stream.
    pub(super) fn take_answerable(&mut self) -> Vec<Waiting> {
        let last = self.last_sent;
        self.take_askers(|waiting| waiting.number <= last)
    }

    /// Takes out those whose question has not been given to any stream.
    pub(super) fn take_queued(&mut self) -> Vec<Waiting> {
        let last = self.last_sent;
        self.take_askers(|waiting| waiting.number > last)
    }

    /// Takes out some of those who wait for an answer, in the order in which they have asked.
    fn take_askers(&mut self, wanted: impl Fn(&Waiting) -> bool) -> Vec<Waiting> {
        let found = self.askers.iter().filter(|(_, waiting)| wanted(waiting));
        let found: Vec<_> = found.map(|(name, _)| name.clone()).collect();
        let taken = found.iter().filter_map(|name| self.askers.remove(name));
        let mut taken: Vec<_> = taken.collect();
        taken.sort_unstable_by_key(|waiting| waiting.number);
        taken
    }

    fn make_room(&mut self) -> Vec<Waiting> {
        if self.askers.len() + self.senders.len() < self.many.max(FEW) {
            return Vec::new();
        }
        let forgotten = self.take_askers(Waiting::is_over);
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
pub(super) fn end_all(all: Vec<Waiting>, kind: ErrorKind, why: &str) {
    for Waiting { asker, to, .. } in all {
        // Given back if it has been answered.
        let _ = asker.fail(Error::new(kind, format!("a message to {to}: {why}")));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ockam_core::reply::{Answer, slot};

    use super::*;

    fn note(returns: &mut Returns, asker: &Replier) -> Vec<Waiting> {
        returns.note(&["worker".into()], &way_to(asker))
    }

    fn way_to(asker: &Replier) -> Route {
        Route::from(Address::from(asker.clone()))
    }

    fn ask(returns: &mut Returns) -> (Replier, Answer<u64>) {
        let (asker, answer) = slot::<u64>(Duration::MAX);
        let forgotten = note(returns, &asker);
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
            assert!(returns.take_asker(&way_to(asker)).is_some());
        }
    }

    #[test]
    fn who_asks_under_the_same_name_takes_the_place() {
        let mut returns = Returns::default();
        let (asker, _answer) = ask(&mut returns);
        assert_eq!(note(&mut returns, &asker).len(), 1);
        assert!(returns.take_asker(&way_to(&asker)).is_some());
        assert!(returns.askers.is_empty());
    }

    #[test]
    fn only_the_way_back_of_a_question_leads_to_its_asker() {
        let mut returns = Returns::default();
        let (asker, _answer) = slot::<u64>(Duration::MAX);
        let way = |by: &[&str]| -> Route {
            let by = by.iter().map(|&by| Address::from(by));
            by.chain([Address::from(asker.clone())]).collect()
        };
        let noted = returns.note(&["worker".into()], &way(&["link", "relay"]));
        assert!(noted.is_empty());
        for other in [way(&[]), way(&["relay"]), way(&["relay", "link"])] {
            assert!(returns.take_asker(&other).is_none(), "{other}");
        }
        assert!(returns.take_asker(&way(&["link", "relay"])).is_some());
        assert!(returns.take_asker(&way(&["link", "relay"])).is_none());
    }

    #[test]
    fn they_end_in_the_order_in_which_they_have_asked() {
        let mut returns = Returns::default();
        let sent: Vec<_> = (0..50).map(|_| ask(&mut returns)).collect();
        returns.note_sent();
        let queued: Vec<_> = (0..50).map(|_| ask(&mut returns)).collect();
        let addresses =
            |ended: Vec<Waiting>| -> Vec<_> { ended.iter().map(Waiting::address).collect() };
        let asked = |askers: &[(Replier, _)]| -> Vec<_> {
            let askers = askers.iter();
            askers
                .map(|(asker, _)| Address::from(asker.clone()))
                .collect()
        };
        assert_eq!(addresses(returns.take_answerable()), asked(&sent));
        assert_eq!(addresses(returns.take_answerable()), []);
        assert_eq!(addresses(returns.take_queued()), asked(&queued));
        assert!(returns.askers.is_empty());
    }
}
