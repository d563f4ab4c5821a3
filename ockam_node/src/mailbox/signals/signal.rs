use ockam_core::{Down, DownReason, Error};

/// An event for the owner of a mailbox.
#[derive(Debug)]
pub(crate) enum Signal {
    /// A message that the owner sent later, or to another node, was not delivered, or may not have been.
    Undelivered(Error),
    /// What a monitor of the owner tells, for one generation of the owner.
    Down {
        monitor: u64,
        generation: u32,
        down: Down,
    },
    /// The owner is to begin no further message, and to start again together with others.
    Restart,
    /// One generation of the owner is to fail, for this reason.
    Fail { generation: u32, why: Box<str> },
}

impl Signal {
    /// Returns `true` if it comes before all messages.
    pub(super) fn is_control(&self) -> bool {
        matches!(self, Self::Restart | Self::Fail { .. })
    }

    /// Returns the generation of the owner that it is for, if it is for no other one.
    pub(super) fn generation(&self) -> Option<u32> {
        match self {
            Self::Down { generation, .. } | Self::Fail { generation, .. } => Some(*generation),
            Self::Undelivered(_) | Self::Restart => None,
        }
    }

    /// Returns what a monitor tells.
    pub(super) fn down(&self) -> Option<&Down> {
        match self {
            Self::Down { down, .. } => Some(down),
            _ => None,
        }
    }

    /// Returns the number of the monitor that tells of a restart by this.
    pub(super) fn restart_monitor(&self) -> Option<u64> {
        match self {
            Self::Down { monitor, down, .. } => {
                matches!(down.reason(), DownReason::Restarted(_)).then_some(*monitor)
            }
            _ => None,
        }
    }

    /// Lets what a monitor tells of a restart stand for other ones before it.
    pub(super) fn standing_for(mut self, others: u64) -> Self {
        if let Self::Down { down, .. } = &mut self {
            if let DownReason::Restarted(why) = down.reason() {
                let why = format!("{why} (and {others} restarts before that)");
                let reason = DownReason::Restarted(why);
                *down = Down::new(down.address().clone(), down.incarnation(), reason);
            }
        }
        self
    }

    /// Returns `true` if both are failed deliveries that are equal. The errors have no cause. Those of
    /// transports have no message.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let (Self::Undelivered(one), Self::Undelivered(other)) = (self, other) else {
            return false;
        };
        let text = |failure: &Error| failure.to_string();
        // The message of a timer is told with its failure, each by itself.
        let alone = one.has_undelivered() || other.has_undelivered();
        !alone
            && one.kind() == other.kind()
            && one.names() == other.names()
            && text(one) == text(other)
    }

    pub(super) fn copy(&self) -> Self {
        match self {
            Self::Undelivered(failure) => {
                let copy = Error::new(failure.kind(), failure.to_string());
                Self::Undelivered(copy.with_names(failure.names().to_vec()))
            }
            Self::Down {
                monitor,
                generation,
                down,
            } => Self::Down {
                monitor: *monitor,
                generation: *generation,
                down: down.clone(),
            },
            Self::Restart => Self::Restart,
            Self::Fail { generation, why } => Self::Fail {
                generation: *generation,
                why: why.clone(),
            },
        }
    }
}
