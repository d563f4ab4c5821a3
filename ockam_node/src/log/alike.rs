//! Lines of one kind are put together, so that nobody fills a log: not a peer that connects or asks again
//! and again, and no worker that fails with every message.
//!
//! The first [`FREELY`] lines of a kind are written, then one each time that their number has doubled, with
//! the number. A new count begins after [`WINDOW`]. Nothing waits to be written, so no timer is needed.
//!
//! Each thread counts for itself, so that threads wait for nobody, and tests don't share a count.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::panic::Location;
use std::time::{Duration, Instant};

use foldhash::fast::FixedState;

/// The number of lines of a kind that are written without a count.
const FREELY: u64 = 16;
/// The time after which lines of a kind are counted anew.
const WINDOW: Duration = Duration::from_secs(10);
/// The number of kinds that a thread tells apart. Those beyond are one kind for each place in the code.
const MAX_KINDS: usize = 64;

/// What lines of one kind share: the place in the code that they come from, and whom they are about.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    place: &'static Location<'static>,
    whom: u64,
}

impl Kind {
    pub(super) fn new(place: &'static Location<'static>, whom: impl Hash) -> Self {
        let whom = FixedState::default().hash_one(whom);
        Self { place, whom }
    }
}

struct Count {
    begin: Instant,
    lines: u64,
}

thread_local! {
    static KINDS: RefCell<HashMap<Kind, Count>> = RefCell::default();
}

/// Counts a line. Returns how many of its kind there are if it is to be written, and 0 if it is one of the
/// first.
pub(super) fn count(kind: Kind, now: Instant) -> Option<u64> {
    let counted =
        KINDS.try_with(|kinds| Some(count_in(&mut *kinds.try_borrow_mut().ok()?, kind, now)));
    // A thread that ends may log from the `Drop` of its locals.
    counted.ok().flatten().unwrap_or(Some(0))
}

fn count_in(kinds: &mut HashMap<Kind, Count>, mut kind: Kind, now: Instant) -> Option<u64> {
    let is_over = |count: &Count| now.saturating_duration_since(count.begin) >= WINDOW;
    if kinds.len() >= MAX_KINDS && !kinds.contains_key(&kind) {
        kinds.retain(|_, count| !is_over(count));
        if kinds.len() >= MAX_KINDS {
            // The places in the code are few.
            kind.whom = 0;
        }
    }
    let new = || Count {
        begin: now,
        lines: 0,
    };
    let count = kinds.entry(kind).or_insert_with(new);
    if is_over(count) {
        *count = new();
    }
    count.lines += 1;
    match count.lines {
        ..=FREELY => Some(0),
        lines => lines.is_power_of_two().then_some(lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kinds: &mut HashMap<Kind, Count>, kind: Kind, lines: u64, now: Instant) -> Vec<u64> {
        let counted = (0..lines).filter_map(|_| count_in(kinds, kind, now));
        counted.collect()
    }

    #[test]
    fn lines_of_a_kind_become_few() {
        let (mut kinds, now) = (HashMap::new(), Instant::now());
        let kind = Kind::new(Location::caller(), "one");
        let mut first = vec![0; 16];
        first.extend([32, 64, 128, 256, 512]);
        assert_eq!(written(&mut kinds, kind, 1_000, now), first);
        let other = Kind::new(Location::caller(), "two");
        assert_eq!(written(&mut kinds, other, 16, now), [0; 16]);
        assert_eq!(written(&mut kinds, kind, 16, now + WINDOW), [0; 16]);
    }

    #[test]
    fn kinds_are_bounded() {
        let (mut kinds, now) = (HashMap::new(), Instant::now());
        let place = Location::caller();
        let lines =
            (0..100_000).filter_map(|whom| count_in(&mut kinds, Kind::new(place, whom), now));
        let lines = lines.count();
        assert!(lines < 2 * MAX_KINDS, "{lines}");
        assert!(kinds.len() <= MAX_KINDS + 1);
    }
}
