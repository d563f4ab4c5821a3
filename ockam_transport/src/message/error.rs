use std::fmt;

use super::limits::MAX_UNKNOWN_DEPTH;

/// The error of bytes that are not a message, or of a message that can't be sent.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// The message ends inside a value.
    UnexpectedEnd {
        /// The number of bytes in the next part of the value.
        needed: u64,
        /// The number of bytes that are left.
        left: usize,
    },
    /// A value has another type than expected, or is invalid.
    Malformed {
        /// What was expected.
        expected: &'static str,
        /// The position of the value, in bytes from the start of the frame.
        position: usize,
    },
    /// An array or a map has too few items.
    Missing {
        /// The item that is missing.
        what: &'static str,
    },
    /// A list has too many items.
    TooMany {
        /// The items that there are too many of.
        what: &'static str,
        /// The number of items, or of those that have been read so far.
        count: u64,
        /// The maximum number of items.
        limit: usize,
    },
    /// A value has too many bytes.
    TooLong {
        /// The value that is too long.
        what: &'static str,
        /// The number of bytes in it.
        length: usize,
        /// The maximum number of bytes.
        limit: usize,
    },
    /// An unknown value is nested too deeply.
    TooDeep,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd { needed, left } => {
                write!(f, "{needed} more bytes are needed where {left} are left")
            }
            Self::Malformed { expected, position } => {
                write!(f, "byte {position} is not the beginning of {expected}")
            }
            Self::Missing { what } => write!(f, "{what} is missing"),
            Self::TooMany { what, count, limit } => {
                write!(f, "{count} {what} exceed the limit of {limit}")
            }
            Self::TooLong {
                what,
                length,
                limit,
            } => write!(f, "{what} of {length} bytes exceeds the limit of {limit}"),
            Self::TooDeep => write!(
                f,
                "more than {MAX_UNKNOWN_DEPTH} unknown values are inside each other"
            ),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// Returns an error if a value has more than `limit` bytes.
    pub(super) fn check_length(
        what: &'static str,
        length: usize,
        limit: usize,
    ) -> Result<(), Self> {
        match length {
            length if length <= limit => Ok(()),
            length => Err(Self::TooLong {
                what,
                length,
                limit,
            }),
        }
    }

    /// Returns an error if there are more than `limit` items.
    pub(super) fn check_count(what: &'static str, count: u64, limit: usize) -> Result<(), Self> {
        match count {
            count if count <= limit as u64 => Ok(()),
            count => Err(Self::TooMany { what, count, limit }),
        }
    }
}
