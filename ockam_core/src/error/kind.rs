use std::fmt;

/// What kind of thing went wrong.
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
    /// Nothing has this address.
    UnknownAddress,
    /// The address belongs to another worker.
    AddressTaken,
    /// The mailbox has no room.
    MailboxFull,
    /// The deadline has passed.
    TimedOut,
    /// The worker or its node has stopped, or is about to.
    Stopped,
    /// The message is of another type than the receiver takes.
    WrongType,
    /// The receiver may not be reached by this sender.
    Denied,
    /// The message has nowhere to go.
    NoRoute,
    /// The question will not be answered.
    NoReply,
    /// The connection was lost before the other node had acknowledged or answered the message: it may have
    /// been handled, or not. It is not sent again.
    OutcomeUnknown,
    /// The worker panicked.
    Panicked,
    /// The worker has no handler for messages.
    Unhandled,
    /// An argument or a text isn't valid.
    InvalidInput,
    /// Anything else: what a handler returned, or what a library reported.
    Other,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
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
            Self::InvalidInput => "invalid input",
            Self::Other => "other",
        })
    }
}
