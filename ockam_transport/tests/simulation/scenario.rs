//! The hosts, and what goes wrong between them.

use std::time::Duration;

pub(crate) const HOSTS: [&str; 3] = ["alice", "bob", "carol"];

/// When the last fault has ended, and nothing more is sent but to find out whether all is well again.
pub(crate) const HEALED: Duration = Duration::from_millis(8_000);

/// By when all has to be well again.
pub(crate) const WELL: Duration = Duration::from_millis(14_000);

/// What the network is like, and what happens on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scenario {
    /// Segments take different times, and nothing is lost.
    Latency,
    /// Links take nothing for a while, and then all at once.
    Holds,
    /// Links lose all, in one direction or both.
    Partitions,
    /// Streams break, within a frame or between two.
    Drops,
    /// Nodes end without a word, and start again.
    Crashes,
    /// Nodes are stopped, and start again.
    Restarts,
    /// All of these at once.
    Storm,
}

impl Scenario {
    pub(crate) fn is(self, other: Self) -> bool {
        self == other || self == Self::Storm
    }
}
