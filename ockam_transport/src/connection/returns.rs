use std::collections::HashMap;

use ockam_core::reply::Replier;
use ockam_core::{Address, Error, ErrorKind, Route};

/// What the peer may send without having been told that it may: answers.
///
/// An ask that left by this connection can be answered once, at an address of 128 random bits. Of a
/// message that was only sent, the sender's address is known to the peer: it can be sent one message
/// for each.
#[derive(Default)]
pub(super) struct Returns {
    /// With the number of each, so that they end in the order in which they have asked.
    askers: HashMap<Address, (u64, Replier)>,
    last_asker: u64,
    /// How many messages each address may be sent.
    senders: HashMap<Address, u32>,
    /// How many of them there may be before those that have ended are looked for.
    many: usize,
}

/// How many there are at least before those that have ended are looked for.
const FEW: usize = 1024;

impl Returns {
    /// Notes the way back of a message that is sent. Returns who is forgotten, to be dropped behind
    /// the lock.
    #[must_use]
    pub(super) fn note(&mut self, return_route: &Route) -> Vec<Replier> {
        let Some((last, before)) = return_route.as_slice().split_last() else {
            return Vec::new();
        };
        let forgotten = self.make_room();
        if let Some(asker) = last.replier() {
            self.add_asker(last.clone(), asker.clone());
        }
        let sender = before.first().or(last.replier().is_none().then_some(last));
        if let Some(sender) = sender {
            match self.senders.get_mut(sender) {
                Some(count) => *count = count.saturating_add(1),
                None => {
                    self.senders.insert(sender.clone(), 1);
                }
            }
        }
        forgotten
    }

    fn add_asker(&mut self, address: Address, asker: Replier) {
        self.last_asker += 1;
        self.askers.insert(address, (self.last_asker, asker));
    }

    /// Takes the right to answer at an address.
    pub(super) fn take_asker(&mut self, address: &Address) -> Option<Replier> {
        self.askers.remove(address).map(|(_, asker)| asker)
    }

    /// Tells whether a message may go to an address because it was sent from there.
    pub(super) fn admit(&mut self, address: &Address) -> bool {
        match self.senders.get_mut(address) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Puts those back who wait for the answer to a question that has not been sent.
    pub(super) fn put_back(&mut self, askers: Vec<Replier>) {
        for asker in askers {
            self.add_asker(Address::from(asker.clone()), asker);
        }
    }

    /// Takes out those who wait for an answer, in the order in which they have asked.
    pub(super) fn take_askers(&mut self) -> Vec<Replier> {
        let mut askers: Vec<_> = self.askers.drain().map(|(_, asker)| asker).collect();
        askers.sort_unstable_by_key(|(number, _)| *number);
        askers.into_iter().map(|(_, asker)| asker).collect()
    }

    fn make_room(&mut self) -> Vec<Replier> {
        if self.askers.len() + self.senders.len() < self.many.max(FEW) {
            return Vec::new();
        }
        let is_over = |asker: &Replier| asker.has_ended() || asker.remaining().is_zero();
        let over = self.askers.iter().filter(|(_, (_, asker))| is_over(asker));
        let over: Vec<_> = over.map(|(address, _)| address.clone()).collect();
        let forgotten = over.iter().filter_map(|address| self.take_asker(address));
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
pub(super) fn end_all(askers: Vec<Replier>, why: &str) {
    for asker in askers {
        // Given back if it has been answered.
        let _ = asker.fail(Error::new(ErrorKind::OutcomeUnknown, why));
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
    fn they_end_in_the_order_in_which_they_have_asked() {
        let mut returns = Returns::default();
        let waiting: Vec<_> = (0..100).map(|_| ask(&mut returns)).collect();
        let askers = returns.take_askers();
        let (early, late) = askers.split_at(50);
        returns.put_back(early.to_vec());
        let again: Vec<_> = returns
            .take_askers()
            .into_iter()
            .chain(late.to_vec())
            .collect();
        let names =
            |askers: &[Replier]| -> Vec<_> { askers.iter().cloned().map(Address::from).collect() };
        let waiting: Vec<_> = waiting.into_iter().map(|(asker, _)| asker).collect();
        assert_eq!(names(&again), names(&waiting));
    }
}
