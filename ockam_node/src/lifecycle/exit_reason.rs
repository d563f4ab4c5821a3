use std::fmt;

use ockam_core::{DownReason, Error};

use crate::panics::catch;

/// The reason why a worker or an open context has ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ExitReason {
    /// It was stopped and ended in time, or its context was dropped.
    Stopped,
    /// It was killed, or its stop exceeded the deadline.
    Killed,
    /// Its address was taken or its `initialize` failed, with this text.
    FailedToStart(Box<str>),
    /// It panicked with this text.
    Panicked(Box<str>),
    /// It failed by order or by an error that counts as a failure, with this text.
    Failed(Box<str>),
    /// It failed more often than its restart policy allows, at last with this text.
    GaveUp(Box<str>),
    /// Its node stopped.
    NodeStopped,
}

impl ExitReason {
    /// Returns the reason of a start that failed with an error.
    pub(crate) fn failed_to_start(error: &Error) -> Self {
        Self::FailedToStart(text_of(error))
    }

    /// Returns the reason of a worker that fails with an error.
    pub(crate) fn failed(error: &Error) -> Self {
        Self::Failed(text_of(error))
    }

    /// Returns `true` for an end that nobody has asked for.
    pub(crate) fn is_failure(&self) -> bool {
        self.weight() > 1
    }

    /// Returns `true` if this reason replaces one that was noted before. A failure outweighs the
    /// stop during which it came up, and a kill the stop that it cut short.
    pub(super) fn outweighs(&self, before: &Self) -> bool {
        self.weight() > before.weight()
    }

    /// Returns what a monitor tells of it.
    pub(crate) fn to_down_reason(&self) -> DownReason {
        match self {
            Self::Stopped | Self::NodeStopped => DownReason::Stopped,
            Self::Killed => DownReason::Killed,
            Self::FailedToStart(why) | Self::Failed(why) => DownReason::Failed(why.to_string()),
            Self::Panicked(why) => DownReason::Panicked(why.to_string()),
            Self::GaveUp(why) => DownReason::GaveUp(why.to_string()),
        }
    }

    fn weight(&self) -> u8 {
        match self {
            Self::Stopped | Self::NodeStopped => 0,
            Self::Killed => 1,
            Self::FailedToStart(_) | Self::Panicked(_) | Self::Failed(_) | Self::GaveUp(_) => 2,
        }
    }
}

/// Returns the text of an error. It may be a user's, whose `Display` may panic.
fn text_of(error: &Error) -> Box<str> {
    let text = catch(|| error.to_string());
    text.unwrap_or_else(|panic| panic.message().to_owned())
        .into()
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("stopped"),
            Self::Killed => f.write_str("killed"),
            Self::FailedToStart(why) => write!(f, "failed to start: {why}"),
            Self::Panicked(why) => write!(f, "panicked: {why}"),
            Self::Failed(why) => write!(f, "failed: {why}"),
            Self::GaveUp(why) => write!(f, "gave up: {why}"),
            Self::NodeStopped => f.write_str("the node stopped"),
        }
    }
}
