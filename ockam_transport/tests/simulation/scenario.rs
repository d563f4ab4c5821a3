//! The hosts, and what goes wrong between them.

use std::time::Duration;

pub(crate) const HOSTS: [&str; 3] = ["alice", "bob", "carol"];

/// When the last fault has ended. After that, messages are only sent to find out whether everything
/// works again.
pub(crate) const HEALED: Duration = Duration::from_millis(8_000);

/// By when everything has to work again.
pub(crate) const WELL: Duration = Duration::from_millis(14_000);

/// Which faults there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scenario {
    /// Segments take different times, and nothing is lost.
    Latency,
    /// Links deliver nothing for a while, and then everything at once.
    Holds,
    /// Links lose everything, in one direction or both.
    Partitions,
    /// Streams break, within a frame or between two.
    Drops,
    /// Nodes crash, and start again.
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
