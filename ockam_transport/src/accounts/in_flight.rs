use std::collections::VecDeque;
use std::mem;

use ockam_core::{Address, Route};

use super::acknowledged::MAX_IN_FLIGHT_MESSAGES;
use super::in_flight_group::{InFlightGroup, OnLoss};
use super::queued_reports::QueuedReports;

/// How many bytes the groups may take before the peer has to acknowledge some messages. Peers choose how long the ways back are
/// of what is forwarded to other nodes.
const MAX_IN_FLIGHT_BYTES: usize = 16 * 1024 * 1024;

/// For how many groups the memory is kept when there are none.
const KEPT_GROUPS: usize = 64;

/// Which messages are queued and which are under way, in the order in which they are sent.
///
/// ```text
///  settled ◀── acknowledged ──┬── under way ──┬── queued ◀── add
///                             └─ in doubt if  └─ sent on the
///                                the stream      next stream
///                                is lost
/// ```
///
/// It knows no bodies, only who is to be told when a message is lost: a million messages of one worker
/// to another are one group.
#[derive(Default)]
pub(super) struct InFlight {
    /// What is under way, and behind it what is queued.
    groups: VecDeque<InFlightGroup>,
    /// About how many bytes the groups take.
    bytes: usize,
    /// How many messages are queued.
    queued: u64,
    /// How many messages were given to the stream.
    given: u64,
    /// How many messages the stream has written.
    written: u64,
    /// How many messages need no account any more.
    settled: u64,
}

impl InFlight {
    /// Adds a message that is queued. If `is_told`, its sender is told when it is lost.
    #[inline]
    pub(super) fn add(&mut self, onward: &[Address], return_route: &Route, is_told: bool) {
        self.queued += 1;
        let told = onward.first().filter(|_| is_told);
        match self.groups.back_mut() {
            Some(group) if group.is_of(told, return_route) => group.messages += 1,
            _ => self.begin(told, return_route),
        }
    }

    /// Adds messages whose loss is handled in the same way as that of the one that was added last.
    pub(super) fn add_more(&mut self, messages: u32) {
        let messages = u64::from(messages);
        self.queued += messages;
        if let Some(group) = self.groups.back_mut() {
            group.messages += messages;
        }
    }

    #[cold]
    fn begin(&mut self, told: Option<&Address>, return_route: &Route) {
        let told = told.map(|to| OnLoss::Tell(to.clone(), return_route.clone()));
        self.append(InFlightGroup {
            on_loss: told.unwrap_or(OnLoss::Ignore),
            messages: 1,
        });
    }

    fn append(&mut self, group: InFlightGroup) {
        match self.groups.back_mut() {
            Some(last) if last.on_loss == group.on_loss => last.messages += group.messages,
            _ => {
                self.bytes += group.bytes();
                self.groups.push_back(group);
            }
        }
    }

    /// Returns the ways back that the queued messages leave, with how many leave each.
    pub(super) fn queued_paths(&self) -> impl Iterator<Item = (&Route, u64)> {
        let mut first = self.groups.len();
        let mut messages = 0;
        while messages < self.queued && first > 0 {
            first -= 1;
            messages += self.groups[first].messages;
        }
        // Those of the first group that are under way already.
        let mut skipped = messages.saturating_sub(self.queued);
        let queued = self.groups.range(first..).filter_map(move |group| {
            let messages = group.messages - mem::take(&mut skipped);
            match &group.on_loss {
                OnLoss::Tell(_, back) if !back.is_empty() => Some((back, messages)),
                _ => None,
            }
        });
        queued
    }

    /// Notes that the stream is given all that is queued, and `reports` behind it. Returns how many
    /// it has been given.
    pub(super) fn give(&mut self, reports: QueuedReports) -> u64 {
        self.given += mem::take(&mut self.queued) + reports.count();
        for group in reports.into_groups() {
            self.append(group);
        }
        self.given
    }

    /// Notes that the stream has written all that it was given.
    #[inline]
    pub(super) fn write(&mut self) {
        self.written = self.given;
    }

    /// Settles what the stream has written: a peer that never acknowledges is assumed to have it.
    pub(super) fn settle_written(&mut self) {
        self.settle(self.written);
    }

    /// Tells whether so many messages are under way that the peer has to acknowledge some first.
    pub(super) fn is_full(&self) -> bool {
        self.given - self.settled >= MAX_IN_FLIGHT_MESSAGES || self.bytes >= MAX_IN_FLIGHT_BYTES
    }

    /// Removes and returns what is under way. What is queued goes by the next stream, whose counts
    /// begin at zero.
    pub(super) fn take_under_way(&mut self) -> VecDeque<InFlightGroup> {
        let under_way = self.take_front(self.given - self.settled);
        (self.given, self.written, self.settled) = (0, 0, 0);
        under_way
    }

    /// Removes and returns what is queued.
    pub(super) fn take_queued(&mut self) -> VecDeque<InFlightGroup> {
        let under_way = self.take_front(self.given - self.settled);
        self.queued = 0;
        self.bytes = under_way.iter().map(InFlightGroup::bytes).sum();
        mem::replace(&mut self.groups, under_way)
    }

    /// Settles the first `count` messages that the stream was given.
    #[inline]
    pub(super) fn settle(&mut self, count: u64) {
        if count > self.settled {
            self.drop_front(count - self.settled);
            self.settled = count;
        }
    }

    fn drop_front(&mut self, mut messages: u64) {
        while let Some(group) = self.groups.front_mut() {
            if group.messages > messages {
                group.messages -= messages;
                return;
            }
            messages -= group.messages;
            self.bytes -= group.bytes();
            self.groups.pop_front();
        }
        self.groups.shrink_to(KEPT_GROUPS);
    }

    fn take_front(&mut self, mut messages: u64) -> VecDeque<InFlightGroup> {
        let mut taken = VecDeque::new();
        while messages > 0 {
            let Some(mut group) = self.groups.pop_front() else {
                break;
            };
            self.bytes -= group.bytes();
            if group.messages > messages {
                let rest = InFlightGroup {
                    on_loss: group.on_loss.clone(),
                    messages: group.messages - messages,
                };
                group.messages = messages;
                self.bytes += rest.bytes();
                self.groups.push_front(rest);
            }
            messages -= group.messages;
            taken.push_back(group);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use ockam_core::route;

    use super::super::acknowledged::{Acknowledged, Unsound};
    use super::super::queued_reports::{MAX_IN_FLIGHT_WITH_REPORTS, has_room_for_report};
    use super::*;

    /// The accounts of one link, of which `SendAccounts` and `PeerAccounts` have a part each.
    #[derive(Default)]
    struct Accounts {
        in_flight: InFlight,
        acknowledged: Acknowledged,
        reports: QueuedReports,
    }

    impl Accounts {
        fn give(&mut self) {
            let given = self.in_flight.give(mem::take(&mut self.reports));
            self.acknowledged.set_given(given);
        }

        fn acknowledge(&mut self, count: u64) -> Result<(), Unsound> {
            self.acknowledged.acknowledge(count)?;
            self.in_flight.settle(self.acknowledged.count());
            Ok(())
        }

        fn has_room_for_report(&self) -> bool {
            has_room_for_report(&self.acknowledged, &self.reports)
        }

        /// Ends the stream. What is under way is in doubt, and reports go by this stream or not at
        /// all.
        fn take_under_way(&mut self) -> VecDeque<InFlightGroup> {
            let mut under_way = self.in_flight.take_under_way();
            under_way.append(&mut mem::take(&mut self.reports).into_groups());
            self.acknowledged.restart();
            under_way
        }
    }

    /// Adds messages of one worker to another one.
    fn add(accounts: &mut Accounts, from: &str, to: &str, messages: u64) {
        let (onward, back) = (route![to], route![from]);
        for _ in 0..messages {
            accounts.in_flight.add(onward.as_slice(), &back, true);
        }
    }

    fn written(groups: VecDeque<InFlightGroup>) -> Vec<String> {
        let each = groups.into_iter().map(|group| match group.on_loss {
            OnLoss::Tell(to, back) => format!("{} {back} {to}", group.messages),
            OnLoss::Ignore => format!("{} of others", group.messages),
            OnLoss::Count => format!("{} reports", group.messages),
        });
        each.collect()
    }

    #[test]
    fn messages_between_the_same_two_are_one_group() {
        let mut accounts = Accounts::default();
        add(&mut accounts, "a", "x", 1_000_000);
        assert_eq!(accounts.in_flight.groups.len(), 1);
        accounts.give();
        add(&mut accounts, "a", "x", 1_000_000);
        assert_eq!(
            accounts.in_flight.groups.len(),
            1,
            "whatever part of them is under way"
        );
        assert_eq!(written(accounts.take_under_way()), ["1000000 0#a 0#x"]);
        assert_eq!(
            written(accounts.in_flight.take_queued()),
            ["1000000 0#a 0#x"]
        );
        assert!(accounts.in_flight.groups.is_empty());
    }

    #[test]
    fn each_is_told_of_its_own() {
        let mut accounts = Accounts::default();
        add(&mut accounts, "a", "x", 2);
        add(&mut accounts, "b", "x", 1);
        add(&mut accounts, "b", "y", 1);
        for question in ["x", "y"] {
            accounts
                .in_flight
                .add(&[question.into()], &route!["asker"], false);
        }
        add(&mut accounts, "a", "x", 3);
        accounts.give();
        let all = [
            "2 0#a 0#x",
            "1 0#b 0#x",
            "1 0#b 0#y",
            "2 of others",
            "3 0#a 0#x",
        ];
        assert_eq!(written(accounts.take_under_way()), all);
    }

    #[test]
    fn what_is_acknowledged_is_settled() {
        let mut accounts = Accounts::default();
        add(&mut accounts, "a", "x", 5);
        accounts.give();
        add(&mut accounts, "b", "x", 5);
        assert!(accounts.acknowledge(3).is_ok());
        assert!(accounts.acknowledge(3).is_ok());
        assert!(accounts.acknowledge(2).is_err(), "less than before");
        assert!(accounts.acknowledge(6).is_err(), "more than was given");
        assert_eq!(written(accounts.in_flight.take_queued()), ["5 0#b 0#x"]);
        assert_eq!(written(accounts.take_under_way()), ["2 0#a 0#x"]);
    }

    #[test]
    fn counts_begin_anew_with_a_stream() {
        let mut accounts = Accounts::default();
        add(&mut accounts, "a", "x", 5);
        accounts.give();
        assert!(accounts.acknowledge(4).is_ok());
        add(&mut accounts, "b", "x", 2);
        assert_eq!(written(accounts.take_under_way()), ["1 0#a 0#x"]);
        assert!(accounts.acknowledge(1).is_err());
        accounts.give();
        assert!(accounts.acknowledge(1).is_ok());
        assert_eq!(written(accounts.take_under_way()), ["1 0#b 0#x"]);
    }

    #[test]
    fn of_a_peer_that_never_acknowledges_only_what_is_being_written_is_in_doubt() {
        let mut accounts = Accounts::default();
        add(&mut accounts, "a", "x", 5);
        accounts.give();
        accounts.in_flight.write();
        add(&mut accounts, "b", "x", 2);
        accounts.give();
        accounts.in_flight.settle_written();
        // It does, after all.
        assert!(accounts.acknowledge(3).is_ok());
        assert!(accounts.acknowledge(6).is_ok());
        assert_eq!(written(accounts.take_under_way()), ["1 0#b 0#x"]);
    }

    #[test]
    fn reports_are_behind_the_messages_that_go_with_them() {
        let mut accounts = Accounts::default();
        for _ in 0..3 {
            accounts.reports.add(OnLoss::Count);
        }
        add(&mut accounts, "a", "x", 2);
        accounts.give();
        add(&mut accounts, "b", "x", 1);
        accounts.reports.add(OnLoss::Ignore);
        accounts.reports.add(OnLoss::Count);
        assert!(accounts.acknowledge(3).is_ok());
        assert!(accounts.acknowledge(6).is_err(), "more than was given");
        let lost = ["2 reports", "1 of others", "1 reports"];
        assert_eq!(written(accounts.take_under_way()), lost);
        assert_eq!(written(accounts.in_flight.take_queued()), ["1 0#b 0#x"]);
        assert!(accounts.reports.count() == 0 && accounts.in_flight.bytes == 0);
    }

    #[test]
    fn no_more_reports_are_made_than_the_peer_takes_in() {
        let mut accounts = Accounts::default();
        let mut reports = 0;
        while accounts.has_room_for_report() {
            accounts.reports.add(OnLoss::Ignore);
            if reports % 100 == 0 {
                accounts.give();
            }
            reports += 1;
        }
        assert_eq!(reports, MAX_IN_FLIGHT_WITH_REPORTS);
        accounts.give();
        assert!(accounts.in_flight.is_full() && !accounts.has_room_for_report());
        assert!(accounts.acknowledge(1).is_ok());
        assert!(accounts.has_room_for_report());
    }

    #[test]
    fn long_ways_back_are_bounded_as_well() {
        let mut accounts = Accounts::default();
        let mut messages = 0;
        while !accounts.in_flight.is_full() {
            let from = format!("{messages:01000}");
            add(&mut accounts, &from, "x", 2);
            accounts.give();
            messages += 2;
        }
        assert!(messages < MAX_IN_FLIGHT_MESSAGES / 2);
        assert!(accounts.acknowledge(1).is_ok());
        assert!(accounts.in_flight.is_full(), "the way back is still needed");
        assert!(accounts.acknowledge(2).is_ok());
        assert!(!accounts.in_flight.is_full());
        add(&mut accounts, "a", "x", 1);
        assert_eq!(accounts.in_flight.take_queued().len(), 1);
        accounts.take_under_way();
        assert_eq!(accounts.in_flight.bytes, 0);
    }

    #[test]
    fn what_is_under_way_is_bounded_and_gives_its_memory_back() {
        let mut accounts = Accounts::default();
        let mut messages = 0;
        while !accounts.in_flight.is_full() {
            add(&mut accounts, &messages.to_string(), "x", 1);
            accounts.give();
            messages += 1;
        }
        assert_eq!(messages, MAX_IN_FLIGHT_MESSAGES);
        assert!(accounts.acknowledge(1).is_ok());
        assert!(!accounts.in_flight.is_full());
        assert!(accounts.acknowledge(messages).is_ok());
        assert!(accounts.in_flight.groups.capacity() <= 2 * KEPT_GROUPS);
    }

    #[test]
    fn the_paths_of_what_is_queued_are_those_of_what_is_told() {
        fn paths(accounts: &Accounts) -> Vec<String> {
            let paths = accounts.in_flight.queued_paths();
            paths
                .map(|(back, count)| format!("{count} {back}"))
                .collect()
        }
        let mut accounts = Accounts::default();
        add(&mut accounts, "a", "x", 3);
        accounts.give();
        assert!(paths(&accounts).is_empty());
        add(&mut accounts, "a", "x", 2);
        accounts
            .in_flight
            .add(&["x".into()], &route!["asker"], false);
        accounts.in_flight.add(&["x".into()], &route![], true);
        add(&mut accounts, "b", "x", 4);
        assert_eq!(paths(&accounts), ["2 0#a", "4 0#b"]);
        assert!(accounts.acknowledge(3).is_ok());
        assert_eq!(paths(&accounts), ["2 0#a", "4 0#b"]);
        accounts.give();
        assert!(paths(&accounts).is_empty());
    }
}
