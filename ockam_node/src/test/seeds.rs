//! One test with many orders of events, and what is told of an order that fails.

use std::env;
use std::fmt;
use std::future::Future;
use std::ops::Range;

use super::run::{PAUSED_TIMEOUT, TestRun};
use super::shorten::shorten;
use super::simulate::Simulation;
use crate::context::Context;
use crate::run::entry::Ended;
use crate::task::seeded::Choices;

/// The variable that names the seed to run, or some: `17`, or `0..10000`.
const SEED: &str = "OCKAM_SEED";

/// The variable by which tests that name no seeds run with so many. Those with `worker_threads` don't.
const SEEDS: &str = "OCKAM_SEEDS";

/// The number of events that are printed, the last ones.
const MAX_PRINTED: usize = 400;

/// An order of events that fails a test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The seed that gives this order.
    pub seed: u64,
    /// Why the test has failed.
    pub failure: String,
    /// What has happened, in its order.
    pub events: Vec<String>,
}

impl TestRun {
    /// Returns the seeds to run the test with, if it is run with seeds.
    pub(super) fn chosen_seeds(&self) -> Option<Range<u64>> {
        if self.seeds > 0 {
            return Some(named(SEED).unwrap_or(0..self.seeds));
        }
        let seeds = env::var_os(SEEDS).and_then(|_| named(SEED).or_else(|| named(SEEDS)));
        seeds.filter(|_| self.builder.is_on_current_thread())
    }

    pub(super) fn run_seeds<F, Fut>(mut self, seeds: Range<u64>, test: &F)
    where
        F: Fn(Context) -> Fut,
        Fut: Future<Output = Ended>,
    {
        if self.seeds == 0 {
            // Its limit was meant for a clock that is not paused.
            self.timeout = self.timeout.max(PAUSED_TIMEOUT);
        }
        for seed in seeds {
            let run = self.simulate(seed, self.choices(), false, test);
            if let Some(failure) = &run.failure {
                self.report(seed, failure, run.decided, test);
            }
        }
    }

    /// Looks for an order that fails, and returns the first one.
    pub fn find<F, Fut>(&self, seeds: Range<u64>, test: F) -> Option<Found>
    where
        F: Fn(Context) -> Fut,
        Fut: Future<Output = Ended>,
    {
        seeds.into_iter().find_map(|seed| {
            let run = self.simulate(seed, self.choices(), true, &test);
            run.failure.map(|failure| Found {
                seed,
                failure,
                events: run.events,
            })
        })
    }

    /// Looks for an order that fails without writing down events, and returns its seed.
    pub fn find_quietly<F, Fut>(&self, mut seeds: Range<u64>, test: F) -> Option<u64>
    where
        F: Fn(Context) -> Fut,
        Fut: Future<Output = Ended>,
    {
        seeds.find(|seed| {
            let run = self.simulate(*seed, self.choices(), false, &test);
            run.failure.is_some()
        })
    }

    /// Runs one order, whether it fails or not, and returns its events.
    pub fn events<F, Fut>(&self, seed: u64, test: F) -> Vec<String>
    where
        F: Fn(Context) -> Fut,
        Fut: Future<Output = Ended>,
    {
        self.simulate(seed, self.choices(), true, &test).events
    }

    fn choices(&self) -> Choices {
        match self.is_in_order {
            true => Choices::FirstInFirstOut,
            false => Choices::OfSeed,
        }
    }

    /// Prints what is known of a seed that fails, and panics.
    fn report<F, Fut>(&self, seed: u64, failure: &str, decided: Vec<u16>, test: &F) -> !
    where
        F: Fn(Context) -> Fut,
        Fut: Future<Output = Ended>,
    {
        let again = Again {
            is_named: self.seeds > 0,
            seed,
            name: self.name,
        };
        let one = self.simulate(seed, self.choices(), true, test);
        let all = one.events.len();
        // A run that goes on and on takes too long to be run many times.
        let shown = match one.is_endless {
            true => one.events,
            false => self.repeated_and_shortened(failure, decided, one, &again, test),
        };
        eprintln!("{} fails with seed {seed}: {failure}", self.name);
        eprintln!(
            "what happened, in {} events, shortened from {all}:",
            shown.len()
        );
        let left_out = shown.len().saturating_sub(MAX_PRINTED);
        if left_out > 0 {
            eprintln!("  ({left_out} events are left out)");
        }
        shown
            .iter()
            .skip(left_out)
            .for_each(|event| eprintln!("  {event}"));
        panic!("seed {seed}: {failure}\n{again}");
    }

    /// Runs a seed that fails again, which has to fail as before, and returns the events of a run that fails
    /// in the same way with fewer of them.
    fn repeated_and_shortened<F, Fut>(
        &self,
        failure: &str,
        decided: Vec<u16>,
        one: Simulation,
        again: &Again<'_>,
        test: &F,
    ) -> Vec<String>
    where
        F: Fn(Context) -> Fut,
        Fut: Future<Output = Ended>,
    {
        let seed = again.seed;
        let other = self.simulate(seed, self.choices(), true, test);
        if let Some(difference) = difference(failure, &one, &other) {
            panic!(
                "seed {seed} doesn't repeat: {difference}\nsomething in the test is not under the seed: a \
                 task or thread beside the node, an unbiased `select!`, the system's clock or randomness, \
                 the order of a `HashMap`\nit failed: {failure}\n{again}"
            );
        }
        let shortest = shorten(decided, |decided| {
            let run = self.simulate(seed, Choices::Replayed(decided), false, test);
            (run.failure.as_deref() == Some(failure)).then_some(run.decided)
        });
        let shortened = self.simulate(seed, Choices::Replayed(shortest), true, test);
        match shortened.failure.as_deref() == Some(failure) {
            true => shortened.events,
            false => one.events,
        }
    }
}

/// How a seed is run again.
struct Again<'a> {
    /// Whether the test itself names seeds.
    is_named: bool,
    seed: u64,
    name: &'a str,
}

impl fmt::Display for Again<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, name, .. } = self;
        let as_well = if self.is_named { "" } else { "OCKAM_SEEDS=1 " };
        write!(f, "run it again: {as_well}{SEED}={seed} cargo test {name}")
    }
}

/// Returns the first difference of two runs that should be the same, and fail as a third one did.
fn difference(failure: &str, one: &Simulation, other: &Simulation) -> Option<String> {
    let mut events = one.events.iter().zip(&other.events).enumerate();
    if let Some((at, (one, other))) = events.find(|(_, (one, other))| one != other) {
        return Some(format!("event {at} was\n  {one}\nand then\n  {other}"));
    }
    if one.events.len() != other.events.len() {
        let longer = [one, other]
            .into_iter()
            .max_by_key(|run| run.events.len())?;
        let at = one.events.len().min(other.events.len());
        return Some(format!(
            "event {at} came once only:\n  {}",
            longer.events[at]
        ));
    }
    let odd = [one, other]
        .into_iter()
        .find(|run| run.failure.as_deref() != Some(failure))?;
    let then = odd.failure.as_deref().unwrap_or("it passed");
    Some(format!("its events are the same, and then: {then}"))
}

/// Returns the seeds that a variable of the environment names: some as `3..7`; one, or for [`SEEDS`] how
/// many.
fn named(variable: &str) -> Option<Range<u64>> {
    let named = env::var(variable).ok()?;
    let number = |text: &str| {
        let number = text.trim().parse::<u64>();
        number.unwrap_or_else(|_| panic!("{variable}={named}: write a number, or `0..10000`"))
    };
    Some(match named.split_once("..") {
        Some((begin, end)) => number(begin)..number(end),
        None if variable == SEEDS => 0..number(&named),
        None => number(&named)..number(&named).saturating_add(1),
    })
}
