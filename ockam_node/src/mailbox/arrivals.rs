use std::collections::VecDeque;

/// When the messages came that have not been begun, of a mailbox for which that is measured.
pub(super) struct Arrivals {
    clock: fn() -> u64,
    /// How many messages had come before the first of `times`.
    before: usize,
    times: VecDeque<u64>,
}

impl Arrivals {
    pub(super) fn new(came: usize, clock: fn() -> u64) -> Self {
        Self {
            clock,
            before: came,
            times: VecDeque::new(),
        }
    }

    /// Notes that messages have come, until there are `max` times. If nobody takes them, the oldest go.
    pub(super) fn note(&mut self, messages: usize, max: usize) {
        let now = (self.clock)();
        for _ in 0..messages {
            if self.times.len() >= max {
                self.times.pop_front();
                self.before = self.before.wrapping_add(1);
            }
            self.times.push_back(now);
        }
    }

    /// Takes the time at which the message came that was begun as number `begun`, counted from 1 on.
    ///
    /// Messages that were taken out of the middle count as if they had been the first ones.
    pub(super) fn take(&mut self, begun: usize) -> Option<u64> {
        let place = begun.wrapping_sub(self.before).wrapping_sub(1);
        if place >= self.times.len() {
            return None;
        }
        self.before = begun;
        self.times.drain(..=place).next_back()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Arrivals;

    static NOW: AtomicU64 = AtomicU64::new(0);

    fn clock() -> u64 {
        NOW.fetch_add(1, Ordering::Relaxed) + 1
    }

    #[test]
    fn each_message_has_its_time() {
        let mut arrivals = Arrivals::new(2, clock);
        arrivals.note(1, 3);
        arrivals.note(2, 3);
        // Those before are not known.
        assert_eq!((arrivals.take(1), arrivals.take(2)), (None, None));
        assert_eq!(arrivals.take(3), Some(1));
        assert_eq!((arrivals.take(5), arrivals.take(4)), (Some(2), None));
        // The first of four goes, as there is room for three.
        arrivals.note(4, 3);
        assert_eq!((arrivals.take(6), arrivals.take(7)), (None, Some(3)));
    }
}
