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
    /// Its sender is told. The message went to this address first, and this is the way back.
    Tell(Address, Route),
    /// Nothing: the message is a question or an answer. An ask ends with the connection.
    Ignore,
    /// It is counted: it is a report, and nobody reports the loss of a report.
    Count,
}

impl InFlightGroup {
    /// Returns about how many bytes of memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let routes = match &self.on_loss {
            OnLoss::Tell(to, back) => address_bytes(back.iter().chain([to])),
            OnLoss::Ignore | OnLoss::Count => 0,
        };
        size_of::<Self>() + routes
    }

    /// Tells whether the loss of one more message would be handled in the same way. `told` is where
    /// the message goes if its sender is to be told.
    #[inline]
    pub(super) fn is_of(&self, told: Option<&Address>, return_route: &Route) -> bool {
        match (&self.on_loss, told) {
            (OnLoss::Tell(to, back), Some(told)) => to == told && back == return_route,
            (OnLoss::Ignore, None) => true,
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
