use std::collections::VecDeque;
use std::time::Duration;

use super::policy::Restart;
use crate::random;
use crate::time::clock::Instant;

/// The shortest window. In a shorter one, no two failures would ever meet.
const MIN_WINDOW: Duration = Duration::from_millis(1);

/// Counts the failures of one worker against its policy.
pub(in crate::worker) struct Budget {
    at_most: u32,
    within: Duration,
    shortest_delay: Duration,
    longest_delay: Duration,
    /// The failures in the window, of which there are `at_most` at most.
    recent: VecDeque<Instant>,
    last: Option<Instant>,
    next_delay: Duration,
}

impl Budget {
    pub(in crate::worker) fn new(restart: &Restart) -> Self {
        Self {
            at_most: restart.at_most,
            within: restart.within.max(MIN_WINDOW),
            shortest_delay: restart.shortest_delay,
            longest_delay: restart.longest_delay,
            recent: VecDeque::new(),
            last: None,
            next_delay: Duration::ZERO,
        }
    }

    /// Counts a failure. Returns the delay of the restart, or `None` if that was one too many.
    pub(in crate::worker) fn count(&mut self, now: Instant) -> Option<Duration> {
        let is_over = |then: Instant| now.saturating_duration_since(then) > self.within;
        while self.recent.front().is_some_and(|first| is_over(*first)) {
            self.recent.pop_front();
        }
        if self.last.is_some_and(is_over) {
            self.next_delay = Duration::ZERO;
        }
        self.last = Some(now);
        if self.at_most < u32::MAX {
            if self.recent.len() >= self.at_most as usize {
                return None;
            }
            self.recent.push_back(now);
        }
        let delay = self.next_delay;
        let doubled = delay.saturating_mul(2);
        self.next_delay = doubled.clamp(self.shortest_delay, self.longest_delay);
        Some(delay - delay.mul_f64(random::fraction() / 4.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::clock;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn the_window_slides_and_the_delay_doubles() {
        let restart = Restart::on_failure()
            .at_most(3, 10 * SECOND)
            .backoff(SECOND, 3 * SECOND);
        let mut budget = Budget::new(&restart);
        let start = clock::now();
        let mut at = |seconds: u32| budget.count(start + seconds * SECOND);
        assert_eq!(at(0), Some(Duration::ZERO), "at once");
        let second = at(4).expect("the second of three");
        assert!(second <= SECOND && second >= SECOND * 3 / 4, "{second:?}");
        let third = at(8).expect("the third of three");
        assert!(third <= 2 * SECOND && third >= SECOND * 3 / 2, "{third:?}");
        assert_eq!(at(10), None, "the first one is still in the window");
        let slid = at(11).expect("the first one is not");
        assert!(
            slid <= 3 * SECOND && slid >= 2 * SECOND,
            "{slid:?}, at most three seconds"
        );
        assert_eq!(at(100), Some(Duration::ZERO), "it begins anew");
    }

    #[tokio::test(start_paused = true)]
    async fn the_ends_of_each_setting_work() {
        let now = clock::now();
        let none = Restart::on_failure().at_most(0, Duration::MAX);
        assert_eq!(Budget::new(&none).count(now), None);
        let all = Restart::on_failure()
            .at_most(u32::MAX, Duration::ZERO)
            .backoff(Duration::MAX, Duration::ZERO);
        let mut all = Budget::new(&all);
        assert!((0..1_000).all(|_| all.count(now) == Some(Duration::ZERO)));
        assert_eq!(all.recent.len(), 0);
        let long = Restart::on_failure().backoff(Duration::MAX, Duration::MAX);
        let mut long = Budget::new(&long);
        assert!((0..3).all(|_| long.count(now).is_some()));
    }
}
