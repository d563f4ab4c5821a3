use ockam_core::{Down, Error};

/// An event for the owner of a mailbox.
#[derive(Debug)]
pub(crate) enum Signal {
    /// A message that the owner sent later, or to another node, was not delivered, or may not have been.
    Undelivered(Error),
    /// What a monitor of the owner tells.
    Down { monitor: u64, down: Down },
    /// The owner is to begin no further message, and to start again together with others.
    Restart,
    /// The owner is to fail, for this reason.
    Fail(Box<str>),
}

impl Signal {
    /// Returns `true` if it comes before all messages.
    pub(super) fn is_control(&self) -> bool {
        matches!(self, Self::Restart | Self::Fail(_))
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
            Self::Down { monitor, down } => Self::Down {
                monitor: *monitor,
                down: down.clone(),
            },
            Self::Restart => Self::Restart,
            Self::Fail(why) => Self::Fail(why.clone()),
        }
    }
}
