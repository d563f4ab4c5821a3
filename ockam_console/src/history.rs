use std::collections::VecDeque;
use std::time::{Duration, Instant};

use ockam_node::{WorkerReport, WorkerState};

/// How many looks a history has.
pub(crate) const MAX_POINTS: usize = 60;

/// The number of looks of which a rate is made.
const RATE_POINTS: usize = 10;

/// A mailbox is nearly full from this part on: four fifths.
const NEARLY_FULL: (usize, usize) = (4, 5);

/// How many looks have to find a mailbox nearly full, so that no short burst does it.
const NEARLY_FULL_POINTS: usize = 3;

/// A mailbox that grows is noted if it will be full within this time.
const SOON_FULL_SECONDS: f64 = 60.0;

/// What was seen of a worker: at most 1 KiB.
#[derive(Debug)]
pub(crate) struct History {
    points: VecDeque<Point>,
    capacity: usize,
    handled: u64,
    incarnation: u64,
    is_busy: bool,
    /// When the worker was first seen to do what it does.
    since: Instant,
}

/// One look. The figures wrap around; only differences count.
#[derive(Clone, Copy, Debug)]
struct Point {
    at_millis: u32,
    queued: u32,
    handled: u32,
    restarts: u32,
}

impl History {
    pub(crate) fn new(report: &WorkerReport, now: Instant) -> Self {
        Self {
            points: VecDeque::new(),
            capacity: report.capacity,
            handled: report.handled,
            incarnation: report.incarnation,
            is_busy: is_busy(report.state),
            since: now,
        }
    }

    /// Notes what was seen at a time since the console began.
    pub(crate) fn note(&mut self, report: &WorkerReport, now: Instant, at: Duration) {
        let is_busy = is_busy(report.state);
        let goes_on = report.handled == self.handled && report.incarnation == self.incarnation;
        if !goes_on || is_busy != self.is_busy {
            self.since = now;
        }
        if report.handled < self.handled {
            // Another worker, at the same address.
            self.points.clear();
        }
        if self.points.len() == MAX_POINTS {
            self.points.pop_front();
        }
        self.points.push_back(Point {
            at_millis: at.as_millis() as u32,
            queued: u32::try_from(report.queued).unwrap_or(u32::MAX),
            handled: report.handled as u32,
            restarts: report.restarts as u32,
        });
        (self.handled, self.incarnation) = (report.handled, report.incarnation);
        (self.capacity, self.is_busy) = (report.capacity, is_busy);
    }

    /// Returns for how long at least the worker has been busy with the same message or start.
    pub(crate) fn busy_for(&self, now: Instant) -> Option<Duration> {
        let time = || now.saturating_duration_since(self.since);
        self.is_busy.then(time)
    }

    /// Returns the messages in the mailbox, look by look. It is empty if there never were any.
    pub(crate) fn queued(&self) -> Vec<u32> {
        match self.points.iter().any(|point| point.queued > 0) {
            true => self.points.iter().map(|point| point.queued).collect(),
            false => Vec::new(),
        }
    }

    pub(crate) fn handled_per_second(&self) -> f64 {
        self.rate(|first, last| f64::from(last.handled.wrapping_sub(first.handled)))
    }

    /// Returns by how many messages a second the mailbox grows. It is negative if it shrinks.
    pub(crate) fn growth_per_second(&self) -> f64 {
        self.rate(|first, last| f64::from(last.queued) - f64::from(first.queued))
    }

    fn rate(&self, difference: impl Fn(&Point, &Point) -> f64) -> f64 {
        let first = self.points.len().saturating_sub(RATE_POINTS);
        let (Some(first), Some(last)) = (self.points.get(first), self.points.back()) else {
            return 0.0;
        };
        match last.at_millis.wrapping_sub(first.at_millis) {
            0 => 0.0,
            millis => difference(first, last) * 1_000.0 / f64::from(millis),
        }
    }

    /// Returns how often the worker was started again within the history.
    pub(crate) fn restarts(&self) -> u32 {
        match (self.points.front(), self.points.back()) {
            (Some(first), Some(last)) => last.restarts.wrapping_sub(first.restarts),
            _ => 0,
        }
    }

    /// Returns whether the mailbox is nearly full, and has been for some looks, or soon will be.
    pub(crate) fn is_filling(&self) -> bool {
        let is_nearly_full = |point: &Point| is_nearly_full(point.queued as usize, self.capacity);
        let last = self.points.iter().rev().take(NEARLY_FULL_POINTS);
        if self.points.len() >= NEARLY_FULL_POINTS && last.clone().all(is_nearly_full) {
            return true;
        }
        let grows = self.points.iter().zip(self.points.iter().skip(1));
        let newest = self.points.len().saturating_sub(RATE_POINTS);
        let never_shrinks = grows
            .skip(newest)
            .all(|(one, next)| next.queued >= one.queued);
        let growth = self.growth_per_second();
        let room = (self.capacity - self.capacity.min(self.queued_now())) as f64;
        let is_soon_full = growth > 0.0 && room / growth < SOON_FULL_SECONDS;
        self.points.len() >= RATE_POINTS && never_shrinks && is_soon_full
    }

    fn queued_now(&self) -> usize {
        self.points.back().map_or(0, |point| point.queued as usize)
    }
}

/// Returns whether a mailbox is nearly full.
pub(crate) fn is_nearly_full(queued: usize, capacity: usize) -> bool {
    let (part, whole) = NEARLY_FULL;
    queued > 0 && queued.saturating_mul(whole) >= capacity.saturating_mul(part)
}

/// Returns whether a worker does something that comes to an end.
fn is_busy(state: WorkerState) -> bool {
    let rests = matches!(
        state,
        WorkerState::Waiting | WorkerState::Open | WorkerState::Resting
    );
    !rests
}
