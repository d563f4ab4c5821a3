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
//!
//! These tests use turmoil, and not `ockam::test::Network`, which finds other faults. There, one seed drives
//! every task of all nodes on one scheduler, so that it finds races of workers; what the network does is drawn where
//! bytes are written, and streams are either whole or lost. Here, the transport stands on streams of TCP whose
//! segments are lost, held and reordered, each node has a runtime of its own that a crash drops, and faults have a time
//! and an end, so that a test can say by when everything has to work again (`scenario::WELL`). Test by test:
//!
//! | test | what it needs that `Network` has not |
//! |---|---|
//! | `latency` | segments that take different times and pass each other, below a stream that puts them in order |
//! | `holds` | a link that holds everything back and then delivers it at once; there, a cut ends the streams or delays them |
//! | `partitions` | a partition in one direction; there, a cut is in both |
//! | `dropped_connections` | streams that break within a frame, at a chosen time |
//! | `crashes` | a runtime that is dropped with all of its tasks, in the middle of anything; there, a crash stops at an `.await` of a step of the seed |
//! | `restarts` | a host that is stopped and started at planned times, with the port that it had |
//! | `storm` | all of these at once, with invariants that count on the plan |
//! | `a_seed_repeats_a_run` | it is about this simulation; `clause_27_simulated` has the same test of the other one |
//! | `answers_find_room`, `floods_are_bounded`, `what_a_peer_leaves_behind_is_bounded` | megabytes and thousands of connections: more steps than the 100,000 of a run under a seed |
//!
//! What is better tested there is there: clause 27 runs asks, kills and lost connections under every order of events.

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
