use ockam_core::route;

use super::*;
use crate::accounts::acknowledged::{Acknowledged, Unsound};
use crate::accounts::queued_reports::{MAX_IN_FLIGHT_WITH_REPORTS, has_room_for_report};
use crate::quota::Quota;

/// The accounts of one link, of which `SendAccounts` and `PeerAccounts` have a part each.
struct Accounts {
    in_flight: InFlight,
    acknowledged: Acknowledged,
    reports: QueuedReports,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            in_flight: InFlight::new(Quota::new(usize::MAX).share()),
            acknowledged: Acknowledged::default(),
            reports: QueuedReports::default(),
        }
    }
}

impl Accounts {
    fn give(&mut self) {
        let given = self.in_flight.give(mem::take(&mut self.reports));
        self.acknowledged.set_given(given);
    }

    fn acknowledge(&mut self, count: u64) -> Result<(), Unsound> {
        self.acknowledged.acknowledge(count)?;
        self.in_flight.release(self.acknowledged.count());
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
        accounts.in_flight.add(onward.hops(), &back, true);
    }
}

fn written(groups: VecDeque<InFlightGroup>) -> Vec<String> {
    let each = groups.into_iter().map(|group| match group.on_loss {
        OnLoss::Tell(hop, back) => format!("{} {back} {}", group.messages, hop.to),
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
            .add(route![question].hops(), &route!["asker"], false);
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
    accounts.in_flight.release_written();
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
    assert!(accounts.reports.count() == 0 && accounts.in_flight.share.bytes() == 0);
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
    assert_eq!(accounts.in_flight.share.bytes(), 0);
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
            .map(|(back, _, count)| format!("{count} {back}"))
            .collect()
    }
    let mut accounts = Accounts::default();
    add(&mut accounts, "a", "x", 3);
    accounts.give();
    assert!(paths(&accounts).is_empty());
    add(&mut accounts, "a", "x", 2);
    accounts
        .in_flight
        .add(route!["x"].hops(), &route!["asker"], false);
    accounts.in_flight.add(route!["x"].hops(), &route![], true);
    add(&mut accounts, "b", "x", 4);
    assert_eq!(paths(&accounts), ["2 0#a", "4 0#b"]);
    assert!(accounts.acknowledge(3).is_ok());
    assert_eq!(paths(&accounts), ["2 0#a", "4 0#b"]);
    accounts.give();
    assert!(paths(&accounts).is_empty());
}
