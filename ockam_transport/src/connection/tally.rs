use std::collections::{HashMap, VecDeque};

use foldhash::quality::RandomState;
use ockam_core::{Address, Route};

use super::weight::weight;

/// Messages, one behind the other, whose loss would be dealt with in the same way.
pub(super) struct Tally {
    pub(super) loss: Loss,
    pub(super) messages: u64,
}

/// What is done about a message that is lost.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Loss {
    /// Its sender is told. It went to this address first, and this is the way back.
    Told(Address, Route),
    /// Nothing: it asks, or whoever it goes to does. An ask ends with the connection.
    Known,
    /// It is counted: it is a report itself, which is answered by none.
    Counted,
}

impl Tally {
    /// Returns what it takes in memory, more or less.
    pub(super) fn bytes(&self) -> usize {
        let routes = match &self.loss {
            Loss::Told(to, back) => weight(back.iter().chain([to])),
            Loss::Known | Loss::Counted => 0,
        };
        size_of::<Self>() + routes
    }

    /// Tells whether one more message is dealt with in the same way: `told` is where it goes if its sender is
    /// to be told.
    #[inline]
    pub(super) fn is_of(&self, told: Option<&Address>, return_route: &Route) -> bool {
        match (&self.loss, told) {
            (Loss::Told(to, back), Some(told)) => to == told && back == return_route,
            (Loss::Known, None) => true,
            _ => false,
        }
    }
}

/// Puts together what is lost in the same way, in the order in which each came first: who has sent to
/// several in turn is not told of each message by itself.
pub(super) fn put_together(tallies: VecDeque<Tally>) -> Vec<Tally> {
    let mut places = HashMap::with_hasher(RandomState::default());
    let mut together: Vec<Tally> = Vec::new();
    for tally in tallies {
        let place = *places.entry(tally.loss.clone()).or_insert(together.len());
        match together.get_mut(place) {
            Some(same) => same.messages += tally.messages,
            None => together.push(tally),
        }
    }
    together
}
