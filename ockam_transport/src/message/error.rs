use std::fmt;

use super::limits::MAX_UNKNOWN_DEPTH;

/// Why bytes are not a message, or a message can't be sent.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// The message ends within a value.
    UnexpectedEnd {
        /// How many bytes the next part of the value has.
        needed: u64,
        /// How many bytes there are.
        left: usize,
    },
    /// Something else stands where a value is needed.
    Malformed {
        /// What is needed.
        expected: &'static str,
        /// Where it should begin.
        position: usize,
    },
    /// An array ends too early.
    Missing {
        /// What should have followed.
        what: &'static str,
    },
    /// There are too many of something.
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many there are at least.
        count: u64,
        /// How many there may be.
        limit: usize,
    },
    /// Something is too long.
    TooLong {
        /// What is too long.
        what: &'static str,
        /// How many bytes it has.
        length: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Unknown values are nested too deeply.
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
    /// Refuses what has too many bytes.
    pub(super) fn unless_short(
        what: &'static str,
        length: usize,
        limit: usize,
    ) -> Result<(), Self> {
        match length {
            short if short <= limit => Ok(()),
            length => Err(Self::TooLong {
                what,
                length,
                limit,
            }),
        }
    }

    /// Refuses what there are too many of.
    pub(super) fn unless_few(what: &'static str, count: u64, limit: usize) -> Result<(), Self> {
        match count {
            few if few <= limit as u64 => Ok(()),
            count => Err(Self::TooMany { what, count, limit }),
        }
    }
}
