use ockam_core::reply::Replier;
use ockam_core::{Address, Error, ErrorKind, Route};

use super::by_address::ByAddress;

/// What the peer may send without having been told that it may: answers.
///
/// An ask that left by this connection can be answered once, at an address of 128 random bits. Of a
/// message that was only sent, the sender's address is known to the peer: it can be sent one message
/// for each.
#[derive(Default)]
pub(super) struct Returns {
    askers: ByAddress<Replier>,
    /// How many messages each address may be sent.
    senders: ByAddress<u32>,
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
            self.askers.insert(last.clone(), asker.clone());
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

    /// Takes the right to answer at an address.
    pub(super) fn take_asker(&mut self, address: &Address) -> Option<Replier> {
        if self.askers.is_empty() {
            return None;
        }
        self.askers.remove(address)
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
        let askers = askers.into_iter();
        self.askers
            .extend(askers.map(|asker| (Address::from(asker.clone()), asker)));
    }

    /// Takes out those who wait for an answer.
    pub(super) fn take_askers(&mut self) -> Vec<Replier> {
        self.askers.drain().map(|(_, asker)| asker).collect()
    }

    fn make_room(&mut self) -> Vec<Replier> {
        if self.askers.len() + self.senders.len() < self.many.max(FEW) {
            return Vec::new();
        }
        let is_over = |asker: &Replier| asker.has_ended() || asker.remaining().is_zero();
        let over = self.askers.iter().filter(|(_, asker)| is_over(asker));
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
pub(super) fn end_all(askers: Vec<Replier>, why: &str) {
    for asker in askers {
        // Given back if it has been answered.
        let _ = asker.fail(Error::new(ErrorKind::OutcomeUnknown, why));
    }
}
