use std::fmt;

/// The kind of an [`Error`](super::Error).
///
/// # Examples
///
/// ```
/// use ockam_core::{Error, ErrorKind};
///
/// fn is_worth_a_retry(error: &Error) -> bool {
///     matches!(error.kind(), ErrorKind::MailboxFull | ErrorKind::TimedOut)
/// }
///
/// assert!(is_worth_a_retry(&Error::new(ErrorKind::MailboxFull, "no room")));
/// assert_eq!(ErrorKind::MailboxFull.to_string(), "mailbox full");
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ErrorKind {
    /// No worker has this address.
    UnknownAddress,
    /// The address belongs to another worker.
    AddressTaken,
    /// The mailbox has no room.
    MailboxFull,
    /// The deadline has passed.
    TimedOut,
    /// The worker or its node has stopped or is stopping.
    Stopped,
    /// The receiver takes messages of another type.
    WrongType,
    /// This sender may not send to the receiver.
    Denied,
    /// There is no way to the receiver.
    NoRoute,
    /// The question will not get an answer.
    NoReply,
    /// The connection was lost before the other node had acknowledged or answered the message. The
    /// message may have been handled or not. It is not sent again.
    OutcomeUnknown,
    /// The worker panicked.
    Panicked,
    /// The worker has no handler for messages.
    Unhandled,
    /// The protocol of the receiver has no such method.
    UnknownMethod,
    /// An argument or a text is not valid.
    InvalidInput,
    /// Any other error, which a handler or a library returned.
    Other,
}

impl ErrorKind {
    pub(super) const ALL: [Self; 15] = [
        Self::UnknownAddress,
        Self::AddressTaken,
        Self::MailboxFull,
        Self::TimedOut,
        Self::Stopped,
        Self::WrongType,
        Self::Denied,
        Self::NoRoute,
        Self::NoReply,
        Self::OutcomeUnknown,
        Self::Panicked,
        Self::Unhandled,
        Self::UnknownMethod,
        Self::InvalidInput,
        Self::Other,
    ];

    /// Returns the kind that is displayed as this name.
    pub(super) fn named(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.name() == name).unwrap_or(Self::Other)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ErrorKind {
    fn name(self) -> &'static str {
        match self {
            Self::UnknownAddress => "unknown address",
            Self::AddressTaken => "address taken",
            Self::MailboxFull => "mailbox full",
            Self::TimedOut => "timed out",
            Self::Stopped => "stopped",
            Self::WrongType => "wrong type",
            Self::Denied => "denied",
            Self::NoRoute => "no route",
            Self::NoReply => "no reply",
            Self::OutcomeUnknown => "outcome unknown",
            Self::Panicked => "panicked",
            Self::Unhandled => "unhandled",
            Self::UnknownMethod => "unknown method",
            Self::InvalidInput => "invalid input",
            Self::Other => "other",
        }
    }
}
