use std::collections::{HashMap, VecDeque};

use ockam_core::{Address, Route};

use super::address_bytes::address_bytes;
use crate::random::HashSeed;

/// Messages that follow each other, and whose loss would be handled in the same way.
pub(crate) struct InFlightGroup {
    pub(crate) on_loss: OnLoss,
    pub(crate) messages: u64,
}

/// What is done when a message is lost.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum OnLoss {
    /// Its sender is told. The message went to this hop first, and this is the way back.
    Tell(Hop, Route),
    /// Nothing: the message is a question or an answer. An ask ends with the connection.
    Ignore,
    /// It is counted: it is a report, and nobody reports the loss of a report.
    Count,
}

/// The address of the peer that a message is sent to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Hop {
    pub(crate) to: Address,
    /// Whether it is the last one: a worker of the peer itself.
    pub(crate) is_last: bool,
}

impl InFlightGroup {
    /// Returns about how many bytes of memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let routes = match &self.on_loss {
            OnLoss::Tell(hop, back) => address_bytes(back.iter().chain([&hop.to])),
            OnLoss::Ignore | OnLoss::Count => 0,
        };
        size_of::<Self>() + routes
    }

    /// Tells whether the loss of one more message to `onward` would be handled in the same way. Its sender
    /// `is_told`, or not.
    #[inline]
    pub(super) fn is_of(&self, onward: &[Address], return_route: &Route, is_told: bool) -> bool {
        match (&self.on_loss, onward.split_first()) {
            (OnLoss::Tell(hop, back), Some((to, rest))) if is_told => {
                hop.to == *to && hop.is_last == rest.is_empty() && back == return_route
            }
            (OnLoss::Ignore, _) => !is_told,
            _ => false,
        }
    }
}

/// Merges groups that are handled in the same way, in the order in which each came first: a sender
/// that has sent to several workers in turn is not told of each message by itself.
pub(crate) fn merged(groups: VecDeque<InFlightGroup>) -> Vec<InFlightGroup> {
    let mut places = HashMap::with_hasher(HashSeed::default());
    let mut merged: Vec<InFlightGroup> = Vec::new();
    for group in groups {
        let place = *places.entry(group.on_loss.clone()).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(same) => same.messages += group.messages,
            None => merged.push(group),
        }
    }
    merged
}
