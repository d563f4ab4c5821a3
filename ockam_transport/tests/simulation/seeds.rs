//! Which seeds are run, and what is printed of those that fail.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::ops::Range;

use crate::history::Records;
use crate::invariants::check;
use crate::log;
use crate::plan::Plan;
use crate::run::run;
use crate::scenario::Scenario;

/// How many of the last events are printed.
const LAST: usize = 60;

/// Runs a scenario with the first `count` seeds, or with those that the environment names.
pub(crate) fn each(scenario: Scenario, count: u64) {
    let seeds = named().unwrap_or(0..count);
    log::begin(seeds.end - seeds.start == 1);
    let mut sum = Sum::default();
    for seed in seeds {
        let records = checked(scenario, seed);
        if !records.broken.is_empty() {
            fail(scenario, seed, &records);
        }
        sum.add(&records);
    }
    println!("{scenario:?}: {sum}");
}

/// Runs a scenario twice with each of the first `count` seeds, and compares what happens.
pub(crate) fn twice(scenario: Scenario, count: u64) {
    log::begin(false);
    for seed in named().unwrap_or(0..count) {
        let (one, other) = (checked(scenario, seed), checked(scenario, seed));
        let differs = one.trace.iter().zip(&other.trace).position(|(a, b)| a != b);
        if let Some(at) = differs {
            let from = at.saturating_sub(5);
            let (one, other) = (&one.trace[from..at + 3], &other.trace[from..at + 3]);
            panic!("{scenario:?} {seed} differs at {at}:\n{one:?}\n{other:?}");
        }
        assert_eq!(one.trace.len(), other.trace.len());
    }
}

fn checked(scenario: Scenario, seed: u64) -> Records {
    let (plan, mut records) = run(Plan::new(scenario, seed));
    check(&plan, &mut records);
    records
}

fn fail(scenario: Scenario, seed: u64, records: &Records) -> ! {
    let from = records.trace.len().saturating_sub(LAST);
    for event in &records.trace[from..] {
        eprintln!("{event:?}");
    }
    let broken = records.broken.join("\n  ");
    let again = format!("SIMULATION_SEEDS={seed} cargo test -p ockam_transport --test simulation");
    panic!("seed {seed} of {scenario:?}:\n  {broken}\nrun it again: {again} -- --nocapture");
}

/// Returns the seeds that the environment names: `17`, or `0..10000`.
fn named() -> Option<Range<u64>> {
    let named = env::var("SIMULATION_SEEDS").ok()?;
    let number = |text: &str| -> u64 { text.parse().expect("SIMULATION_SEEDS: 17, or 0..10000") };
    Some(match named.split_once("..") {
        Some((start, end)) => number(start)..number(end),
        None => number(&named)..number(&named) + 1,
    })
}

/// What happened in all runs together.
#[derive(Default)]
struct Sum {
    runs: usize,
    events: usize,
    outcomes: BTreeMap<String, usize>,
    undelivered: u64,
    dead_letters: u64,
}

impl Sum {
    fn add(&mut self, records: &Records) {
        self.runs += 1;
        self.events += records.trace.len();
        self.undelivered += records.undelivered;
        self.dead_letters += records.dead_letters;
        for entry in records.entries.values() {
            let what = if entry.operation.is_ask {
                "ask"
            } else {
                "tell"
            };
            let outcome = match entry.ended {
                Some((_, outcome)) => format!("{outcome:?}"),
                None => "orphan".to_owned(),
            };
            let handled = if entry.handled > 0 {
                ""
            } else {
                ", not handled"
            };
            let outcome = format!("{what} {outcome}{handled}");
            *self.outcomes.entry(outcome).or_default() += 1;
        }
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (runs, events) = (self.runs, self.events);
        writeln!(f, "{runs} runs, {events} events")?;
        for (outcome, count) in &self.outcomes {
            writeln!(f, "{count:9} × {outcome}")?;
        }
        let (undelivered, dead_letters) = (self.undelivered, self.dead_letters);
        write!(
            f,
            "{undelivered:9} reports of what was not delivered, {dead_letters} dead letters"
        )
    }
}
