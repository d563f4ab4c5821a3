use std::collections::BinaryHeap;

use ockam_core::{Address, Route};

use super::by_address::ByAddress;
use super::counts::Counts;
use super::weight::weight;

/// How many messages may come by the way back of each that was sent without being a question.
///
/// Most are never answered. So when there are many, those are forgotten that few others suffer from: of the
/// origins (the first address of a way: the connection or the worker by which the messages have come)
/// that hold the most.
#[derive(Default)]
pub(super) struct Ways {
    counts: Counts<Route>,
    /// What they take, more or less.
    bytes: usize,
    /// How much that may be before those are looked for that are of no use any more.
    much: usize,
}

/// What a way takes beside its addresses, more or less.
const OVERHEAD: usize = 64;

/// How much there is at least before any are forgotten.
const LITTLE: usize = 128 * 1024;

/// How much there is at most.
const MOST: usize = 4 * 1024 * 1024;

impl Ways {
    /// Notes that a message was sent with this way back.
    #[inline]
    pub(super) fn note(&mut self, way: &Route) {
        match self.counts.get_mut(way) {
            Some(count) => *count = count.saturating_add(1),
            None => self.begin(way),
        }
    }

    /// Notes that more messages were sent with the way back of the one that was noted last.
    pub(super) fn note_more(&mut self, way: &Route, messages: u32) {
        if let Some(count) = self.counts.get_mut(way) {
            *count = count.saturating_add(messages);
        }
    }

    #[cold]
    fn begin(&mut self, way: &Route) {
        if self.bytes >= self.much.max(LITTLE) {
            self.make_room();
        }
        self.bytes += bytes(way);
        self.counts.insert(way.clone(), 1);
    }

    /// Tells whether a message may come by this way because one was sent that left it.
    pub(super) fn admit(&mut self, way: &Route) -> bool {
        match self.counts.get_mut(way) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Forgets the ways that have been used up, and of the others as many that what is left may double.
    fn make_room(&mut self) {
        self.counts.retain(|_, count| count > 0);
        let mut held = self.held();
        if held.values().sum::<usize>() > MOST / 2 {
            let level = level(held.into_values().collect(), MOST / 2);
            held = ByAddress::default();
            self.counts.retain(|way, _| {
                let held = held.entry(origin(way)).or_default();
                add_below(held, bytes(way), level)
            });
        }
        self.bytes = held.values().sum();
        self.much = 2 * self.bytes;
    }

    /// Returns how much each origin holds.
    fn held(&self) -> ByAddress<usize> {
        let mut held = ByAddress::default();
        for way in self.counts.keys() {
            *held.entry(origin(way)).or_default() += bytes(way);
        }
        held
    }
}

fn origin(way: &Route) -> Address {
    let first = way.first();
    first.expect("nothing is noted without a way back").clone()
}

fn bytes(way: &Route) -> usize {
    OVERHEAD + weight(way)
}

/// Adds to a number unless it would exceed a level. Tells whether it was added.
fn add_below(number: &mut usize, more: usize, level: usize) -> bool {
    let fits = *number + more <= level;
    if fits {
        *number += more;
    }
    fits
}

/// Returns how much each may keep so that all together keep no more than the whole: who holds less than
/// others gives nothing away for them.
fn level(held: BinaryHeap<usize>, whole: usize) -> usize {
    let held = held.into_sorted_vec();
    let mut left = whole;
    for (place, one) in held.iter().enumerate() {
        let each = left / (held.len() - place);
        if *one > each {
            return each;
        }
        left -= one;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use ockam_core::route;

    use super::*;

    /// Notes so many ways from workers behind a connection.
    fn note(ways: &mut Ways, connection: &str, count: usize, length: usize) {
        for number in 0..count {
            ways.note(&route![connection, format!("{number:0length$}")]);
        }
    }

    #[test]
    fn as_many_may_come_as_were_sent() {
        let mut ways = Ways::default();
        for _ in 0..2 {
            ways.note(&route!["one"]);
        }
        ways.note(&route!["two"]);
        assert!(!ways.admit(&route!["three"]));
        assert!(ways.admit(&route!["one"]) && ways.admit(&route!["one"]));
        assert!(!ways.admit(&route!["one"]));
        assert!(ways.admit(&route!["two"]));
    }

    #[test]
    fn what_is_used_up_is_forgotten_before_anything_else() {
        let mut ways = Ways::default();
        note(&mut ways, "kept", 100, 1);
        for round in 0..100 {
            let connection = format!("used-{round}");
            note(&mut ways, &connection, 1_000, 1);
            for number in 0..1_000 {
                assert!(ways.admit(&route![connection.as_str(), number.to_string()]));
            }
            assert!(ways.bytes <= 2 * LITTLE);
        }
        assert!((0..100).all(|number| ways.admit(&route!["kept", number.to_string()])));
    }

    #[test]
    fn long_ways_are_bounded_as_well() {
        let mut ways = Ways::default();
        for round in 0..10 {
            note(&mut ways, &round.to_string(), 1_000, 1_000);
            let all = ways.counts.keys().map(bytes).sum::<usize>();
            assert!(all <= MOST + bytes(&route!["0", "0".repeat(1_000)]));
            assert_eq!(all, ways.bytes);
        }
        assert!(
            ways.bytes >= MOST / 2,
            "no more is forgotten than has to be"
        );
    }

    #[test]
    fn who_leaves_many_ways_has_its_own_forgotten_and_not_those_of_others() {
        let mut ways = Ways::default();
        note(&mut ways, "modest", 1_000, 1);
        note(&mut ways, "greedy", 100_000, 1);
        let admitted =
            (0..1_000).filter(|number| ways.admit(&route!["modest", number.to_string()]));
        assert_eq!(admitted.count(), 1_000);
    }

    #[test]
    fn a_level_leaves_alone_what_is_below_it() {
        assert_eq!(level([1, 2, 3].into(), 6), usize::MAX);
        assert_eq!(level([1, 9, 9].into(), 11), 5);
        assert_eq!(level([9, 2, 9, 1].into(), 11), 4);
        assert_eq!(level([7].into(), 3), 3);
    }
}
