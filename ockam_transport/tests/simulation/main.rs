//! Nodes on a simulated network, in simulated time, with the faults of real networks.
//!
//! ```text
//!  seed ─▶ plan ──┬─ tells and asks ─▶ host × 3 ── StreamTransport ── Simulated ─┐
//!                 └─ faults ─────────▶ run ─────────────────────────▶ turmoil ◀──┘
//!                                       └─▶ history: what was sent, handled and answered, and when
//! ```
//!
//! The same seed gives the same run, event by event. A seed that fails is printed with the command that
//! repeats it:
//!
//! ```text
//! SIMULATION_SEEDS=17 cargo test -p ockam_transport --test simulation storm -- --nocapture
//! ```
//!
//! `SIMULATION_SEEDS=0..10000` runs many; `scripts/simulate` does so for all scenarios.

mod answers;
mod chance;
mod crashed_streams;
mod faults;
mod flapping;
mod flood;
mod history;
mod host;
mod inject;
mod invariants;
mod load;
mod log;
mod network;
mod plan;
mod run;
mod scenario;
mod seeds;
mod stream;
mod workers;

use scenario::Scenario;
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
