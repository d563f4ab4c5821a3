use std::fmt;

/// The reason why a worker or an open context has ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ExitReason {
    /// It was stopped and ended in time, or its context was dropped.
    Stopped,
    /// It was killed, or its stop exceeded the deadline.
    Killed,
    /// Its `initialize` failed with this text.
    FailedToStart(Box<str>),
    /// It panicked with this text.
    Panicked(Box<str>),
    /// Its node stopped.
    NodeStopped,
}

impl ExitReason {
    /// Returns `true` if this reason replaces one that was noted before. A failure outweighs the
    /// stop during which it came up, and a kill the stop that it cut short.
    pub(super) fn outweighs(&self, before: &Self) -> bool {
        self.weight() > before.weight()
    }

    fn weight(&self) -> u8 {
        match self {
            Self::Stopped | Self::NodeStopped => 0,
            Self::Killed => 1,
            Self::FailedToStart(_) | Self::Panicked(_) => 2,
        }
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("stopped"),
            Self::Killed => f.write_str("killed"),
            Self::FailedToStart(why) => write!(f, "failed to start: {why}"),
            Self::Panicked(why) => write!(f, "panicked: {why}"),
            Self::NodeStopped => f.write_str("the node stopped"),
        }
    }
}
