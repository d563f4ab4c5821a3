use std::fmt;

use crate::address::Address;
use crate::message::Message;

/// What a monitor tells: a worker, a context or a connection has ended, and why.
///
/// A worker gets it by [`Worker::down`](crate::Worker::down). On any other context, it is received.
///
/// # Examples
///
/// ```
/// use ockam_core::{Down, DownReason};
///
/// let down = Down::new("divider".into(), 7, DownReason::Killed);
/// assert_eq!(down.to_string(), "0#divider was killed");
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Down {
    address: Address,
    connection: Option<Address>,
    incarnation: u64,
    reason: DownReason,
}

/// Why something that was monitored has ended.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum DownReason {
    /// It was stopped, or has ended by itself, or its node has stopped.
    Stopped,
    /// It was killed, or its stop exceeded the deadline.
    Killed,
    /// It panicked with this text.
    Panicked(String),
    /// It failed otherwise, with this text: it could not start, returned an error that counts as a failure,
    /// or was linked to something that failed.
    Failed(String),
    /// It failed more often than its restart policy allows. The text is that of the last failure.
    GaveUp(String),
    /// Nothing was at the address when the monitor was made.
    Unknown,
    /// The connection to it is lost, or what is monitored is behind one that is lost. It may live. If the connection
    /// is closed, the monitor ends with this.
    Unreachable,
    /// It failed with this text and was started again. Only a monitor that asked for restarts is told.
    Restarted(String),
}

/// Local to a node.
impl Message for Down {}

impl Down {
    /// Creates what a monitor tells. This is for nodes, and for tests of a worker that monitors.
    pub fn new(address: Address, incarnation: u64, reason: DownReason) -> Self {
        Self {
            address,
            connection: None,
            incarnation,
            reason,
        }
    }

    /// Says over which connection the worker was monitored.
    #[doc(hidden)]
    pub fn over(mut self, connection: Option<Address>) -> Self {
        self.connection = connection;
        self
    }

    /// Returns the address that was monitored.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the address of the connection behind which it is, if it is on another node.
    pub fn connection(&self) -> Option<&Address> {
        self.connection.as_ref()
    }

    /// Returns the number of the incarnation that has ended. No other incarnation of a worker on this node
    /// has had it, and it is 0 if there was none.
    pub fn incarnation(&self) -> u64 {
        self.incarnation
    }

    /// Returns why it has ended.
    pub fn reason(&self) -> &DownReason {
        &self.reason
    }
}

impl DownReason {
    /// Returns `true` for an end that nobody wanted: a panic, a failure, a worker that has given up, and a
    /// kill.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::DownReason;
    ///
    /// assert!(DownReason::Panicked("out of ink".to_string()).is_failure());
    /// assert!(!DownReason::Stopped.is_failure());
    /// ```
    pub fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::Killed | Self::Panicked(_) | Self::Failed(_) | Self::GaveUp(_)
        )
    }
}

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.address, self.reason)
    }
}

impl fmt::Display for DownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("has stopped"),
            Self::Killed => f.write_str("was killed"),
            Self::Panicked(why) => write!(f, "has panicked: {why}"),
            Self::Failed(why) => write!(f, "has failed: {why}"),
            Self::GaveUp(why) => write!(f, "has given up: {why}"),
            Self::Unknown => f.write_str("is unknown"),
            Self::Unreachable => f.write_str("is unreachable"),
            Self::Restarted(why) => write!(f, "was restarted: {why}"),
        }
    }
}
