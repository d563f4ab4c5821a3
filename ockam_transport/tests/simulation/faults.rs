//! What goes wrong in a run, and when.

use std::time::Duration;

use crate::chance::Chance;
use crate::scenario::{HEALED, HOSTS, Scenario};

pub(crate) type Pair = (usize, usize);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// The link loses everything.
    Partition(Pair),
    /// The link loses what the first one sends.
    OneWay(Pair),
    /// The link holds everything back.
    Hold(Pair),
    /// The link is slow.
    Slow(Pair),
    /// The link works again, and delivers what it has held back.
    Heal(Pair),
    /// The host crashes. Its streams are closed, as those of a process are.
    Crash(usize),
    /// The host crashes, and its peers are not told.
    LosePower(usize),
    /// The host starts again.
    Start(usize),
}

/// The links between the hosts.
pub(crate) const LINKS: [Pair; 3] = [(0, 1), (0, 2), (1, 2)];

pub(crate) fn plan(scenario: Scenario, chance: &mut Chance) -> Vec<(Duration, Fault)> {
    let mut faults = Vec::new();
    for link in LINKS {
        let kinds = of_links(scenario, link);
        spells(chance, kinds.is_empty(), 50..2_500, |chance, from, to| {
            faults.push((from, chance.one_of(&kinds)));
            faults.push((to, Fault::Heal(link)));
        });
    }
    for host in 0..HOSTS.len() {
        let kinds = [Fault::Crash(host), Fault::LosePower(host)];
        let never = !scenario.is(Scenario::Crashes);
        spells(chance, never, 1..1_500, |chance, from, to| {
            faults.push((from, chance.one_of(&kinds)));
            faults.push((to, Fault::Start(host)));
        });
    }
    faults.sort_by_key(|(at, _)| *at);
    faults
}

fn of_links(scenario: Scenario, (one, other): Pair) -> Vec<Fault> {
    let mut kinds = Vec::new();
    if scenario.is(Scenario::Partitions) {
        kinds.push(Fault::Partition((one, other)));
        kinds.push(Fault::OneWay((one, other)));
        kinds.push(Fault::OneWay((other, one)));
    }
    if scenario.is(Scenario::Holds) {
        kinds.push(Fault::Hold((one, other)));
        kinds.push(Fault::Slow((one, other)));
    }
    kinds
}

/// Calls `add` with the start and the end of each of some faults, one after another.
fn spells(
    chance: &mut Chance,
    never: bool,
    lengths: std::ops::Range<u64>,
    mut add: impl FnMut(&mut Chance, Duration, Duration),
) {
    let mut from = chance.time(200..3_000);
    while !never && from < HEALED - Duration::from_millis(500) {
        let to = HEALED.min(from + chance.time(lengths.clone()));
        add(chance, from, to);
        from = to + chance.time(1..4_000);
    }
}
