use std::collections::VecDeque;
use std::fmt;
use std::mem;

use ockam_core::{Address, Route};

use super::tally::{Loss, Tally};

/// How many messages may be under way before the peer has to acknowledge some.
const MOST: u64 = 64 * 1024;

/// How many bytes the tallies may take before the same holds. Peers choose how long the ways back are of what
/// goes on to other nodes.
const MUCH: usize = 16 * 1024 * 1024;

/// How many reports, with the messages, may be under way before no more are made: they don't wait.
const MOST_WITH_REPORTS: u64 = 2 * MOST;

/// How many tallies keep their memory when they are over.
const KEPT: usize = 64;

/// Whose messages are queued, and whose are under way, in the order in which they go.
///
/// ```text
///  settled ◀── acknowledged ──┬── under way ──┬── queued ◀── add
///                             └─ in doubt if  └─ sent on the
///                                the stream      next stream
///                                is lost
/// ```
///
/// It knows no bytes, only whom to tell what: a million messages of one worker to another one are one
/// entry.
#[derive(Default)]
pub(super) struct Ledger {
    /// What is under way, and what is queued behind it.
    tallies: VecDeque<Tally>,
    /// What they take, more or less.
    bytes: usize,
    /// The reports that are queued: they go behind the messages that are queued by then.
    reports: VecDeque<Tally>,
    /// How many those are.
    reported: u64,
    /// How many are queued.
    queued: u64,
    /// How many were given to the stream.
    given: u64,
    /// How many the stream has taken altogether.
    written: u64,
    /// How many the peer has taken in, as it says.
    acknowledged: u64,
    /// How many need no account any more.
    settled: u64,
}

/// A peer acknowledges what can't be.
#[derive(Debug)]
pub(super) struct Unsound {
    count: u64,
    given: u64,
    before: u64,
}

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, given, before) = (self.count, self.given, self.before);
        write!(
            f,
            "{count} messages are acknowledged, of {given}, behind {before}"
        )
    }
}

impl std::error::Error for Unsound {}

impl Ledger {
    /// Notes a message that is queued, and whether its sender is to be told if it is lost.
    #[inline]
    pub(super) fn add(&mut self, onward: &[Address], return_route: &Route, is_told: bool) {
        self.queued += 1;
        let told = onward.first().filter(|_| is_told);
        match self.tallies.back_mut() {
            Some(tally) if tally.is_of(told, return_route) => tally.messages += 1,
            _ => self.begin(told, return_route),
        }
    }

    /// Notes messages of which their sender would be told the same as of the one that was added last.
    pub(super) fn add_more(&mut self, messages: u32) {
        let messages = u64::from(messages);
        self.queued += messages;
        if let Some(tally) = self.tallies.back_mut() {
            tally.messages += messages;
        }
    }

    #[cold]
    fn begin(&mut self, told: Option<&Address>, return_route: &Route) {
        let told = told.map(|to| Loss::Told(to.clone(), return_route.clone()));
        let loss = told.unwrap_or(Loss::Known);
        self.append(Tally { loss, messages: 1 });
    }

    fn append(&mut self, tally: Tally) {
        match self.tallies.back_mut() {
            Some(last) if last.loss == tally.loss => last.messages += tally.messages,
            _ => {
                self.bytes += tally.bytes();
                self.tallies.push_back(tally);
            }
        }
    }

    /// Notes a report that is queued.
    pub(super) fn add_report(&mut self, loss: Loss) {
        self.reported += 1;
        match self.reports.back_mut() {
            Some(tally) if tally.loss == loss => tally.messages += 1,
            _ => self.reports.push_back(Tally { loss, messages: 1 }),
        }
    }

    /// Tells whether there may be one more report.
    pub(super) fn has_room_for_report(&self) -> bool {
        self.given - self.settled + self.reported < MOST_WITH_REPORTS
    }

    /// Notes that the stream is given all that is queued.
    pub(super) fn give(&mut self) {
        self.given += mem::take(&mut self.queued) + self.reported;
        for reports in self.take_reports() {
            self.append(reports);
        }
    }

    /// Notes that the stream has taken all that it was given.
    pub(super) fn write(&mut self) {
        self.written = self.given;
    }

    /// Settles what the stream has taken: a peer that never acknowledges is taken to have it.
    pub(super) fn settle_written(&mut self) {
        self.settle(self.written);
    }

    /// Settles what the peer has acknowledged.
    pub(super) fn acknowledge(&mut self, count: u64) -> Result<(), Unsound> {
        let (given, before) = (self.given, self.acknowledged);
        if count < before || count > given {
            return Err(Unsound {
                count,
                given,
                before,
            });
        }
        self.acknowledged = count;
        self.settle(count);
        Ok(())
    }

    /// Returns how many the peer has acknowledged.
    pub(super) fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Tells whether so many are under way that the peer has to acknowledge some before there are more.
    pub(super) fn is_full(&self) -> bool {
        self.given - self.settled >= MOST || self.bytes >= MUCH
    }

    /// Takes out what is under way, and the reports, which go by this stream or not at all. What else is
    /// queued goes by the next stream, whose counts begin anew.
    pub(super) fn take_under_way(&mut self) -> VecDeque<Tally> {
        let mut under_way = self.take_front(self.given - self.settled);
        under_way.append(&mut self.take_reports());
        (self.given, self.written, self.acknowledged, self.settled) = (0, 0, 0, 0);
        under_way
    }

    /// Takes out what is queued.
    pub(super) fn take_queued(&mut self) -> VecDeque<Tally> {
        let under_way = self.take_front(self.given - self.settled);
        self.queued = 0;
        self.bytes = under_way.iter().map(Tally::bytes).sum();
        let mut queued = mem::replace(&mut self.tallies, under_way);
        queued.append(&mut self.take_reports());
        queued
    }

    fn take_reports(&mut self) -> VecDeque<Tally> {
        self.reported = 0;
        mem::take(&mut self.reports)
    }

    fn settle(&mut self, count: u64) {
        let settled = count.saturating_sub(self.settled);
        self.settled += settled;
        self.take_front(settled);
        if self.tallies.is_empty() {
            self.tallies.shrink_to(KEPT);
        }
    }

    fn take_front(&mut self, mut messages: u64) -> VecDeque<Tally> {
        let mut taken = VecDeque::new();
        while messages > 0 {
            let Some(mut tally) = self.tallies.pop_front() else {
                break;
            };
            self.bytes -= tally.bytes();
            if tally.messages > messages {
                let rest = tally.messages - messages;
                tally.messages = messages;
                let loss = tally.loss.clone();
                self.bytes += tally.bytes();
                self.tallies.push_front(Tally {
                    loss,
                    messages: rest,
                });
            }
            messages -= tally.messages;
            taken.push_back(tally);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use ockam_core::route;

    use super::*;

    /// Adds so many messages of one worker to another one.
    fn add(ledger: &mut Ledger, from: &str, to: &str, messages: u64) {
        let (onward, back) = (route![to], route![from]);
        for _ in 0..messages {
            ledger.add(onward.as_slice(), &back, true);
        }
    }

    fn written(tallies: VecDeque<Tally>) -> Vec<String> {
        let each = tallies.into_iter().map(|tally| match tally.loss {
            Loss::Told(to, back) => format!("{} {back} {to}", tally.messages),
            Loss::Known => format!("{} of others", tally.messages),
            Loss::Counted => format!("{} reports", tally.messages),
        });
        each.collect()
    }

    #[test]
    fn messages_between_the_same_two_are_one_entry() {
        let mut ledger = Ledger::default();
        add(&mut ledger, "a", "x", 1_000_000);
        assert_eq!(ledger.tallies.len(), 1);
        ledger.give();
        add(&mut ledger, "a", "x", 1_000_000);
        assert_eq!(
            ledger.tallies.len(),
            1,
            "whatever part of them is under way"
        );
        assert_eq!(written(ledger.take_under_way()), ["1000000 0#a 0#x"]);
        assert_eq!(written(ledger.take_queued()), ["1000000 0#a 0#x"]);
        assert!(ledger.tallies.is_empty());
    }

    #[test]
    fn each_is_told_of_its_own() {
        let mut ledger = Ledger::default();
        add(&mut ledger, "a", "x", 2);
        add(&mut ledger, "b", "x", 1);
        add(&mut ledger, "b", "y", 1);
        for question in ["x", "y"] {
            ledger.add(&[question.into()], &route!["asker"], false);
        }
        add(&mut ledger, "a", "x", 3);
        ledger.give();
        let all = [
            "2 0#a 0#x",
            "1 0#b 0#x",
            "1 0#b 0#y",
            "2 of others",
            "3 0#a 0#x",
        ];
        assert_eq!(written(ledger.take_under_way()), all);
    }

    #[test]
    fn what_is_acknowledged_is_settled() {
        let mut ledger = Ledger::default();
        add(&mut ledger, "a", "x", 5);
        ledger.give();
        add(&mut ledger, "b", "x", 5);
        assert!(ledger.acknowledge(3).is_ok());
        assert!(ledger.acknowledge(3).is_ok());
        assert!(ledger.acknowledge(2).is_err(), "less than before");
        assert!(ledger.acknowledge(6).is_err(), "more than was given");
        assert_eq!(written(ledger.take_queued()), ["5 0#b 0#x"]);
        assert_eq!(written(ledger.take_under_way()), ["2 0#a 0#x"]);
    }

    #[test]
    fn counts_begin_anew_with_a_stream() {
        let mut ledger = Ledger::default();
        add(&mut ledger, "a", "x", 5);
        ledger.give();
        assert!(ledger.acknowledge(4).is_ok());
        add(&mut ledger, "b", "x", 2);
        assert_eq!(written(ledger.take_under_way()), ["1 0#a 0#x"]);
        assert!(ledger.acknowledge(1).is_err());
        ledger.give();
        assert!(ledger.acknowledge(1).is_ok());
        assert_eq!(written(ledger.take_under_way()), ["1 0#b 0#x"]);
    }

    #[test]
    fn of_a_peer_that_never_acknowledges_only_what_is_being_written_is_in_doubt() {
        let mut ledger = Ledger::default();
        add(&mut ledger, "a", "x", 5);
        ledger.give();
        ledger.write();
        add(&mut ledger, "b", "x", 2);
        ledger.give();
        ledger.settle_written();
        // It does, after all.
        assert!(ledger.acknowledge(3).is_ok());
        assert!(ledger.acknowledge(6).is_ok());
        assert_eq!(written(ledger.take_under_way()), ["1 0#b 0#x"]);
    }

    #[test]
    fn reports_are_behind_the_messages_that_go_with_them() {
        let mut ledger = Ledger::default();
        for _ in 0..3 {
            ledger.add_report(Loss::Counted);
        }
        add(&mut ledger, "a", "x", 2);
        ledger.give();
        add(&mut ledger, "b", "x", 1);
        ledger.add_report(Loss::Known);
        ledger.add_report(Loss::Counted);
        assert!(ledger.acknowledge(3).is_ok());
        assert!(ledger.acknowledge(6).is_err(), "more than was given");
        let lost = ["2 reports", "1 of others", "1 reports"];
        assert_eq!(written(ledger.take_under_way()), lost);
        assert_eq!(written(ledger.take_queued()), ["1 0#b 0#x"]);
        assert!(ledger.reports.is_empty() && ledger.bytes == 0);
    }

    #[test]
    fn no_more_reports_are_made_than_the_peer_takes_in() {
        let mut ledger = Ledger::default();
        let mut reports = 0;
        while ledger.has_room_for_report() {
            ledger.add_report(Loss::Known);
            if reports % 100 == 0 {
                ledger.give();
            }
            reports += 1;
        }
        assert_eq!(reports, MOST_WITH_REPORTS);
        ledger.give();
        assert!(ledger.is_full() && !ledger.has_room_for_report());
        assert!(ledger.acknowledge(1).is_ok());
        assert!(ledger.has_room_for_report());
    }

    #[test]
    fn long_ways_back_are_bounded_as_well() {
        let mut ledger = Ledger::default();
        let mut messages = 0;
        while !ledger.is_full() {
            let from = format!("{messages:01000}");
            add(&mut ledger, &from, "x", 2);
            ledger.give();
            messages += 2;
        }
        assert!(messages < MOST / 2);
        assert!(ledger.acknowledge(1).is_ok());
        assert!(ledger.is_full(), "the way back is still needed");
        assert!(ledger.acknowledge(2).is_ok());
        assert!(!ledger.is_full());
        add(&mut ledger, "a", "x", 1);
        assert_eq!(ledger.take_queued().len(), 1);
        ledger.take_under_way();
        assert_eq!(ledger.bytes, 0);
    }

    #[test]
    fn what_is_under_way_is_bounded_and_gives_its_memory_back() {
        let mut ledger = Ledger::default();
        let mut messages = 0;
        while !ledger.is_full() {
            add(&mut ledger, &messages.to_string(), "x", 1);
            ledger.give();
            messages += 1;
        }
        assert_eq!(messages, MOST);
        assert!(ledger.acknowledge(1).is_ok());
        assert!(!ledger.is_full());
        assert!(ledger.acknowledge(messages).is_ok());
        assert!(ledger.tallies.capacity() <= 2 * KEPT);
    }
}
