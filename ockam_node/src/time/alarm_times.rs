use std::collections::VecDeque;

use super::clock::Instant;

/// The number of times that are kept. While all waits have the same time limit, of a minute at most, the
/// alarm doesn't go off more often before they are over.
const MAX_TIMES: usize = ALARM_FRACTION as usize;

/// The alarm of a wait is set to one part in this many of its time limit.
pub(super) const ALARM_FRACTION: u32 = 64;

/// The last times at which an alarm went off.
#[derive(Default)]
pub(super) struct AlarmTimes {
    last: VecDeque<Instant>,
    /// The number of times that have been dropped.
    dropped: usize,
}

impl AlarmTimes {
    /// Notes that the alarm goes off. The generation that ends is the number of those that ended before.
    pub(super) fn push(&mut self, now: Instant) {
        if self.last.len() == MAX_TIMES {
            self.last.pop_front();
            self.dropped += 1;
        }
        self.last.push_back(now);
    }

    /// Returns when a generation ended, if it has ended. If that is not known any more, this is the first
    /// time that is known.
    pub(super) fn end_of(&self, generation: usize) -> Option<Instant> {
        let place = generation.saturating_sub(self.dropped);
        self.last.get(place).copied()
    }
}
