use std::collections::{BTreeMap, VecDeque};
use std::mem;

use ockam_core::Down;

use super::signal::Signal;

/// The largest number of different failed deliveries that wait for an owner.
pub(super) const MAX_QUEUED_FAILURES: usize = 256;

/// The largest number of restarts that wait for an owner, for each of its monitors.
pub(super) const MAX_QUEUED_RESTARTS: usize = 16;

/// The signals that wait, in order.
#[derive(Default)]
pub(super) struct Queue {
    /// With control before all others. The numbers of the others grow.
    entries: VecDeque<Entry>,
    last_number: u64,
    /// The number of entries that are failed deliveries.
    failures: usize,
    /// The restarts that wait, by the monitor that tells of them.
    restarts: BTreeMap<u64, Restarts>,
}

struct Entry {
    /// It identifies the entry, and is 0 for control.
    number: u64,
    signal: Signal,
    /// How many times the owner gets it.
    times: u64,
    /// The number of messages that had come before it.
    behind: usize,
}

/// The restarts of which one monitor tells.
#[derive(Default)]
struct Restarts {
    waiting: usize,
    /// The number of the last entry.
    last: u64,
    /// How many restarts the last entry stands for, apart from its own.
    merged: u64,
}

impl Entry {
    fn is_due(&self, begun: usize) -> bool {
        self.signal.is_control() || is_reached(self.behind, begun)
    }

    fn is_told_by(&self, monitor: u64) -> bool {
        matches!(self.signal, Signal::Down { monitor: it, .. } if it == monitor)
    }
}

impl Queue {
    /// # Errors
    ///
    /// Returns the signal if too many failed deliveries wait.
    pub(super) fn push(&mut self, signal: Signal, times: u64, behind: usize) -> Result<(), Signal> {
        let is_control = signal.is_control();
        self.last_number += u64::from(!is_control);
        let entry = Entry {
            number: if is_control { 0 } else { self.last_number },
            signal,
            times,
            behind,
        };
        match entry.signal {
            Signal::Undelivered(_) => self.push_failure(entry)?,
            Signal::Down { .. } => self.push_down(entry),
            Signal::Restart | Signal::Fail { .. } => self.entries.push_front(entry),
        }
        Ok(())
    }

    fn push_failure(&mut self, entry: Entry) -> Result<(), Signal> {
        let is_full = self.failures >= MAX_QUEUED_FAILURES;
        match self.entries.back_mut() {
            Some(last)
                if (is_full || last.behind == entry.behind)
                    && last.signal.is_like(&entry.signal) =>
            {
                last.times = last.times.saturating_add(entry.times);
                if is_reached(last.behind, entry.behind) {
                    last.behind = entry.behind;
                }
            }
            _ if is_full => return Err(entry.signal),
            _ => {
                self.failures += 1;
                self.entries.push_back(entry);
            }
        }
        Ok(())
    }

    fn push_down(&mut self, mut entry: Entry) {
        if let Some(monitor) = entry.signal.restart_monitor() {
            let restarts = self.restarts.entry(monitor).or_default();
            let last = mem::replace(&mut restarts.last, entry.number);
            if restarts.waiting < MAX_QUEUED_RESTARTS {
                restarts.waiting += 1;
                restarts.merged = 0;
            } else {
                restarts.merged += 1;
                entry.signal = entry.signal.standing_for(restarts.merged);
                if let Some(position) = self.position(last) {
                    self.entries.remove(position);
                }
            }
        }
        self.entries.push_back(entry);
    }

    /// Returns whether the first signal is due, if there is one.
    pub(super) fn is_first_due(&self, begun: usize) -> Option<bool> {
        self.entries.front().map(|first| first.is_due(begun))
    }

    pub(super) fn pop(&mut self, begun: usize) -> Option<Signal> {
        let first = self.entries.front_mut()?;
        if !first.is_due(begun) {
            return None;
        }
        self.pop_at(0)
    }

    pub(super) fn pop_unless_down(&mut self) -> Option<Signal> {
        let mut entries = self.entries.iter();
        let position = entries.position(|entry| entry.signal.down().is_none())?;
        self.pop_at(position)
    }

    /// Takes a signal once.
    fn pop_at(&mut self, position: usize) -> Option<Signal> {
        let entry = self.entries.get_mut(position)?;
        if entry.times > 1 {
            entry.times -= 1;
            return Some(entry.signal.copy());
        }
        self.remove(position)
    }

    pub(super) fn down_behind(&self, number: u64) -> Option<(u64, Down)> {
        let begin = self.entries.partition_point(|entry| entry.number <= number);
        self.entries.range(begin..).find_map(|entry| {
            let down = entry.signal.down()?;
            Some((entry.number, down.clone()))
        })
    }

    pub(super) fn take_down(&mut self, number: u64) -> bool {
        let position = self.position(number);
        position.is_some_and(|position| self.remove(position).is_some())
    }

    pub(super) fn take_monitor(&mut self, monitor: u64) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| !entry.is_told_by(monitor));
        self.restarts.remove(&monitor);
        self.entries.len() < before
    }

    /// Forgets what was for a generation of the owner that has ended.
    pub(super) fn renew(&mut self) {
        let is_for_any = |entry: &Entry| matches!(entry.signal, Signal::Undelivered(_));
        self.entries.retain(is_for_any);
        self.restarts.clear();
    }

    pub(super) fn into_signals(self) -> Vec<(Signal, u64)> {
        let entries = self.entries.into_iter();
        entries.map(|it| (it.signal, it.times)).collect()
    }

    /// Returns the position of the entry with a number.
    fn position(&self, number: u64) -> Option<usize> {
        let position = self.entries.partition_point(|entry| entry.number < number);
        let entry = self.entries.get(position)?;
        (entry.number == number).then_some(position)
    }

    fn remove(&mut self, position: usize) -> Option<Signal> {
        let entry = self.entries.remove(position)?;
        self.failures -= usize::from(matches!(entry.signal, Signal::Undelivered(_)));
        if let Some(monitor) = entry.signal.restart_monitor() {
            self.note_told(monitor);
        }
        Some(entry.signal)
    }

    /// Notes that one restart less waits.
    fn note_told(&mut self, monitor: u64) {
        if let Some(restarts) = self.restarts.get_mut(&monitor) {
            restarts.waiting -= 1;
            if restarts.waiting == 0 {
                self.restarts.remove(&monitor);
            }
        }
    }
}

/// Returns `true` if `count` has reached `place`. Both may wrap around, so the difference is compared.
fn is_reached(place: usize, count: usize) -> bool {
    count.wrapping_sub(place) as isize >= 0
}
