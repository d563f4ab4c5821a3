use std::collections::BinaryHeap;

use ockam_core::{Address, Route};

use super::address_bytes::address_bytes;
use super::address_map::AddressMap;
use super::counts::Counts;

/// How many messages may come back by each return route of a message that was no question.
///
/// Most paths are never used. So when they take too much memory, those of the origins that hold the
/// most are forgotten. An origin is the first address of a path: the connection or the worker that the
/// messages came from.
#[derive(Default)]
pub(super) struct ReturnPaths {
    counts: Counts<Route>,
    /// About how many bytes the paths take.
    bytes: usize,
    /// How many bytes they may take before it is time to forget some.
    next_removal_bytes: usize,
}

/// About how many bytes a path takes beside its addresses.
const OVERHEAD_BYTES: usize = 64;

/// How many bytes of paths there are at least before any are forgotten.
const MIN_BYTES: usize = 128 * 1024;

/// How many bytes of paths there are at most.
const MAX_BYTES: usize = 4 * 1024 * 1024;

impl ReturnPaths {
    /// Notes messages that are given to the stream and have this return route.
    pub(super) fn note(&mut self, path: &Route, messages: u64) {
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        match self.counts.get_mut(path) {
            Some(count) => *count = count.saturating_add(messages),
            None => self.begin(path, messages),
        }
    }

    #[cold]
    fn begin(&mut self, path: &Route, messages: u32) {
        if self.bytes >= self.next_removal_bytes.max(MIN_BYTES) {
            self.make_room();
        }
        self.bytes += bytes(path);
        self.counts.insert(path.clone(), messages);
    }

    /// Tells whether a message may come back by this path. Each message that was sent admits one.
    pub(super) fn admit(&mut self, path: &Route) -> bool {
        match self.counts.get_mut(path) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Forgets the paths that have been used up, and others until at most half of [`MAX_BYTES`] is left.
    fn make_room(&mut self) {
        self.counts.retain(|_, count| count > 0);
        let mut held = self.held();
        if held.values().sum::<usize>() > MAX_BYTES / 2 {
            let limit = fair_limit(held.into_values().collect(), MAX_BYTES / 2);
            held = AddressMap::default();
            self.counts.retain(|path, _| {
                let held = held.entry(origin(path)).or_default();
                add_up_to(limit, held, bytes(path))
            });
        }
        self.bytes = held.values().sum();
        self.next_removal_bytes = 2 * self.bytes;
    }

    /// Returns how many bytes each origin holds.
    fn held(&self) -> AddressMap<usize> {
        let mut held = AddressMap::default();
        for path in self.counts.keys() {
            *held.entry(origin(path)).or_default() += bytes(path);
        }
        held
    }
}

fn origin(path: &Route) -> Address {
    let first = path.first();
    first.expect("no empty path is noted").clone()
}

fn bytes(path: &Route) -> usize {
    OVERHEAD_BYTES + address_bytes(path)
}

/// Adds to a number unless it would exceed a limit. Tells whether it was added.
fn add_up_to(limit: usize, number: &mut usize, more: usize) -> bool {
    let fits = *number + more <= limit;
    if fits {
        *number += more;
    }
    fits
}

/// Returns how much each may keep so that all together keep at most the whole. Those that hold less
/// than that keep everything.
fn fair_limit(held: BinaryHeap<usize>, whole: usize) -> usize {
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

    /// Notes paths of workers behind a connection.
    fn note(paths: &mut ReturnPaths, connection: &str, count: usize, length: usize) {
        for number in 0..count {
            paths.note(&route![connection, format!("{number:0length$}")], 1);
        }
    }

    #[test]
    fn as_many_may_come_as_were_sent() {
        let mut paths = ReturnPaths::default();
        for _ in 0..2 {
            paths.note(&route!["one"], 1);
        }
        paths.note(&route!["two"], 1);
        assert!(!paths.admit(&route!["three"]));
        assert!(paths.admit(&route!["one"]) && paths.admit(&route!["one"]));
        assert!(!paths.admit(&route!["one"]));
        assert!(paths.admit(&route!["two"]));
    }

    #[test]
    fn used_up_paths_are_forgotten_first() {
        let mut paths = ReturnPaths::default();
        note(&mut paths, "kept", 100, 1);
        for round in 0..100 {
            let connection = format!("used-{round}");
            note(&mut paths, &connection, 1_000, 1);
            for number in 0..1_000 {
                assert!(paths.admit(&route![connection.as_str(), number.to_string()]));
            }
            assert!(paths.bytes <= 2 * MIN_BYTES);
        }
        assert!((0..100).all(|number| paths.admit(&route!["kept", number.to_string()])));
    }

    #[test]
    fn long_paths_are_bounded_as_well() {
        let mut paths = ReturnPaths::default();
        for round in 0..10 {
            note(&mut paths, &round.to_string(), 1_000, 1_000);
            let all = paths.counts.keys().map(bytes).sum::<usize>();
            assert!(all <= MAX_BYTES + bytes(&route!["0", "0".repeat(1_000)]));
            assert_eq!(all, paths.bytes);
        }
        assert!(
            paths.bytes >= MAX_BYTES / 2,
            "no more is forgotten than has to be"
        );
    }

    #[test]
    fn an_origin_with_many_paths_loses_its_own_and_not_those_of_others() {
        let mut paths = ReturnPaths::default();
        note(&mut paths, "modest", 1_000, 1);
        note(&mut paths, "greedy", 100_000, 1);
        let admitted =
            (0..1_000).filter(|number| paths.admit(&route!["modest", number.to_string()]));
        assert_eq!(admitted.count(), 1_000);
    }

    #[test]
    fn a_fair_limit_leaves_alone_what_is_below_it() {
        assert_eq!(fair_limit([1, 2, 3].into(), 6), usize::MAX);
        assert_eq!(fair_limit([1, 9, 9].into(), 11), 5);
        assert_eq!(fair_limit([9, 2, 9, 1].into(), 11), 4);
        assert_eq!(fair_limit([7].into(), 3), 3);
    }
}
