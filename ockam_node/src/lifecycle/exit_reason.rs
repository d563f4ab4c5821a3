use std::fmt;

use ockam_core::Error;

use crate::panics::catch;

/// Why a worker, or an open context, has ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ExitReason {
    /// A stop was asked for, and it ended in time; or its context was dropped.
    Stopped,
    /// It was killed, also because its stop took too long.
    Killed,
    /// Its address was taken, or its `initialize` failed, for the reason that is given.
    FailedToStart(Box<str>),
    /// It panicked, with the text that is given.
    Panicked(Box<str>),
    /// Its node stopped.
    NodeStopped,
}

impl ExitReason {
    /// Returns the reason of a start that failed with an error.
    pub(crate) fn failed_to_start(error: &Error) -> Self {
        // The text is that of the user's error, whose `Display` may panic.
        let why = catch(|| error.to_string()).unwrap_or_else(|panic| panic.message().to_owned());
        Self::FailedToStart(why.into())
    }

    /// Tells whether this reason takes the place of one that was noted before. A failure outweighs the
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
