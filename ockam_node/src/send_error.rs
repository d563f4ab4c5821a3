use std::fmt;

use ockam_core::Error;

/// The error of a send, with the message that was not sent.
///
/// All layers use it, from the mailbox or the link up to the public methods. There it becomes an
/// [`Error`] that holds the message.
pub enum SendError<T> {
    /// There is no room now. There may be room later.
    Full(T),
    /// The receiver takes no more messages.
    Closed(T),
    /// The receiver takes messages of another type.
    WrongType(T),
    /// The message can't be sent, for the reason that the error states.
    Failed(T, Error),
}

impl<T> SendError<T> {
    /// Returns the message.
    pub(crate) fn into_message(self) -> T {
        match self {
            Self::Full(message)
            | Self::Closed(message)
            | Self::WrongType(message)
            | Self::Failed(message, _) => message,
        }
    }

    /// Converts the message.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> SendError<U> {
        match self {
            Self::Full(message) => SendError::Full(change(message)),
            Self::Closed(message) => SendError::Closed(change(message)),
            Self::WrongType(message) => SendError::WrongType(change(message)),
            Self::Failed(message, error) => SendError::Failed(change(message), error),
        }
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(_) => f.write_str("Full"),
            Self::Closed(_) => f.write_str("Closed"),
            Self::WrongType(_) => f.write_str("WrongType"),
            Self::Failed(_, error) => f.debug_tuple("Failed").field(error).finish(),
        }
    }
}
