//! Nodes on a simulated network: the real engine, in simulated time, with what networks do to it.
//!
//! ```text
//!  seed ─▶ plan ──┬─ tells and asks ─▶ host × 3 ── StreamTransport ── Simulated ─┐
//!                 └─ faults ─────────▶ run ─────────────────────────▶ turmoil ◀──┘
//!                                       └─▶ ledger: what was sent, handled and answered, and when
//! ```
//!
//! A seed repeats a run, event by event. One that fails is printed with the command that repeats it:
//!
//! ```text
//! SIMULATION_SEEDS=17 cargo test -p ockam_transport --test simulation storm -- --nocapture
//! ```
//!
//! `SIMULATION_SEEDS=0..10000` runs many; `scripts/simulate` does so for all scenarios.

mod answers;
mod chance;
mod faults;
mod flapping;
mod flood;
mod graves;
mod host;
mod journal;
mod ledger;
mod load;
mod network;
mod plan;
mod run;
mod seeds;
mod servant;
mod stream;
mod verdict;

use plan::Scenario;
use seeds::{each, twice};

#[test]
fn latency() {
    each(Scenario::Latency, 20);
}

#[test]
fn holds() {
    each(Scenario::Holds, 20);
}

#[test]
fn partitions() {
    each(Scenario::Partitions, 30);
}

#[test]
fn dropped_connections() {
    each(Scenario::Drops, 30);
}

#[test]
fn crashes() {
    each(Scenario::Crashes, 30);
}

#[test]
fn restarts() {
    each(Scenario::Restarts, 30);
}

#[test]
fn storm() {
    each(Scenario::Storm, 40);
}

#[test]
fn a_seed_repeats_a_run() {
    twice(Scenario::Storm, 3);
}
