#[cfg(test)]
mod tests;

use std::collections::BinaryHeap;
use std::time::Duration;

use ockam_core::reply::ReplyTo;
use ockam_core::{Address, Error, ErrorKind, Route};
use ockam_node::transport::Gateway;

use super::address_bytes::address_bytes;
use super::address_map::AddressMap;
use super::shares::Shares;
use crate::clock::{self, Instant};
use crate::quota::Share;

/// The questions that have left by a link, or are about to, and wait for an answer.
pub(super) struct PendingAsks {
    /// By the name of each asker. The key does not allow to answer. Only the entry does.
    asks: AddressMap<PendingAsk>,
    /// How much of [`MAX_BYTES`] each origin holds.
    shares: Shares,
    /// How many bytes they take of what the accounts of all connections may.
    share: Share,
    /// How many asks there may be before those that have ended are looked for.
    next_removal: usize,
    /// When those that have ended may be looked for again because there was no room.
    next_look: Option<Instant>,
}

/// A question that waits for an answer.
pub(crate) struct PendingAsk {
    pub(crate) asker: ReplyTo,
    /// The first address that the question was sent to.
    to: Address,
    /// The workers and connections on the way back, in front of the asker.
    by: Route,
    /// The connection that the question came from, or `None` if it is from this node.
    origin: Option<Address>,
    /// About how many bytes it takes.
    bytes: usize,
    /// Grows in the order of the questions, so that they end in the order in which they were asked.
    number: u64,
}

/// A question that is queued.
pub(super) struct Question<'a> {
    /// Grows in the order of the questions.
    pub(super) number: u64,
    pub(super) asker: &'a ReplyTo,
    /// The first address that the question is sent to.
    pub(super) to: &'a Address,
    /// The workers and connections on the way back, in front of the asker.
    pub(super) by: &'a [Address],
    /// The connection that the question has come from, or `None` if it is from this node.
    pub(super) origin: Option<&'a Address>,
}

impl PendingAsk {
    fn has_ended(&self) -> bool {
        self.asker.has_ended() || Gateway::time_left(&self.asker).is_zero()
    }
}

/// How many asks there are at least before those that have ended are looked for.
const MIN_ASKS: usize = 1024;

/// How many bytes the asks take at most: as many as 100,000 questions of this node, of which one
/// origin may have half. Peers choose how long the ways back are of what is forwarded to other nodes.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// About how many bytes an ask takes beside its addresses.
const OVERHEAD_BYTES: usize = 256;

/// How long it takes until asks that have ended may be looked for again if there is no room. There may
/// be none for long, and many who ask.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

impl PendingAsks {
    pub(super) fn new(share: Share) -> Self {
        Self {
            asks: AddressMap::default(),
            shares: Shares::default(),
            share,
            next_removal: 0,
            next_look: None,
        }
    }

    /// Adds a question that is queued. Returns asks that are removed for it, which are to be dropped
    /// without a lock.
    #[must_use]
    pub(super) fn add(&mut self, question: &Question<'_>) -> Vec<PendingAsk> {
        let mut removed = match self.asks.len() < self.next_removal.max(MIN_ASKS) {
            true => Vec::new(),
            false => self.remove_ended(),
        };
        let Question { asker, to, by, .. } = *question;
        let name = asker.address().clone();
        let bytes = OVERHEAD_BYTES + address_bytes(by.iter().chain([&name, to]));
        let ask = PendingAsk {
            asker: asker.clone(),
            to: to.clone(),
            by: by.iter().collect(),
            origin: question.origin.cloned(),
            bytes,
            number: question.number,
        };
        // Peers choose the names of those who ask from other nodes, so one may have been used before.
        removed.extend(self.remove(&name));
        self.shares.add(question.origin, bytes);
        self.share.add(bytes);
        self.asks.insert(name, ask);
        removed
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.asks.len()
    }

    /// Tells whether there may be one more question from `origin`.
    pub(super) fn has_room(&self, origin: Option<&Address>) -> bool {
        !self.share.is_too_much() && self.shares.has_room(origin, MAX_BYTES)
    }

    /// Returns the origins of the questions, if it is time to look whether some of them have ended.
    pub(super) fn look(&mut self) -> Option<Vec<Address>> {
        let now = clock::now();
        if self.next_look.is_some_and(|next| now < next) {
            return None;
        }
        self.next_look = Some(now + LOOK_INTERVAL);
        Some(self.shares.origins())
    }

    /// Removes and returns the asks that have ended, and those whose origins are `gone`: they can't be
    /// answered any more.
    pub(super) fn take_ended(&mut self, gone: &AddressMap<()>) -> Vec<PendingAsk> {
        let is_gone = |ask: &PendingAsk| {
            let origin = ask.origin.as_ref();
            origin.is_some_and(|origin| gone.contains_key(origin))
        };
        self.take(&|ask| ask.has_ended() || is_gone(ask))
    }

    /// Removes and returns the ask whose way back this is.
    ///
    /// The name of the asker alone says little: peers choose the names of those who ask from other
    /// nodes, and may choose that of a worker of this one. But the way to those leads by the
    /// connection to that peer.
    pub(super) fn take_one(&mut self, way: &Route) -> Option<PendingAsk> {
        let (name, by) = way.as_slice().split_last()?;
        let found = self.asks.get(name);
        found.filter(|ask| ask.by.as_slice() == by)?;
        self.remove(name)
    }

    /// Returns the way back of a question for whose answer nobody waits any more, and whether its time is over.
    /// The ask stays, so that an
    /// answer that is on its way is known as such.
    pub(super) fn way_back_of_ended(&self, asker: &Address) -> Option<(Route, bool)> {
        let ask = self.asks.get(asker).filter(|ask| ask.asker.has_ended())?;
        let mut way = ask.by.clone();
        way.push_back(asker);
        Some((way, Gateway::time_left(&ask.asker).is_zero()))
    }

    /// Removes and returns all asks up to that number, in the order in which they were asked.
    pub(super) fn take_up_to(&mut self, number: u64) -> Vec<PendingAsk> {
        self.take(&|ask| ask.number <= number)
    }

    /// Removes and returns the asks behind that number that have ended. Also returns the numbers of the others
    /// behind it, in order.
    pub(super) fn take_ended_after(&mut self, number: u64) -> (Vec<PendingAsk>, Vec<u64>) {
        let ended = self.take(&|ask| ask.number > number && ask.has_ended());
        let open = self.asks.values().map(|ask| ask.number);
        let open: BinaryHeap<_> = open.filter(|open| *open > number).collect();
        (ended, open.into_sorted_vec())
    }

    /// Removes and returns the asks that have ended. The rest may double before the next removal.
    fn remove_ended(&mut self) -> Vec<PendingAsk> {
        let removed = self.take(&PendingAsk::has_ended);
        self.next_removal = 2 * self.asks.len();
        removed
    }

    /// Removes and returns some, in the order in which they were asked.
    fn take(&mut self, wanted: &dyn Fn(&PendingAsk) -> bool) -> Vec<PendingAsk> {
        let found = self.asks.iter().filter(|(_, ask)| wanted(ask));
        let found = found.map(|(name, ask)| (ask.number, name.clone()));
        let found = found.collect::<BinaryHeap<_>>().into_sorted_vec();
        let taken = found.iter().filter_map(|(_, name)| self.remove(name));
        taken.collect()
    }

    fn remove(&mut self, name: &Address) -> Option<PendingAsk> {
        let ask = self.asks.remove(name)?;
        self.shares.remove(ask.origin.as_ref(), ask.bytes);
        self.share.remove(ask.bytes);
        Some(ask)
    }
}

/// Ends asks that can't be answered any more with an error.
pub(crate) fn fail_all(asks: Vec<PendingAsk>, kind: ErrorKind, why: &str) {
    for PendingAsk { asker, to, .. } in asks {
        // Returns the error if there is an answer already.
        let _ = asker.fail(Error::new(kind, format!("a message to {to}: {why}")));
    }
}
