use std::error::Error as StdError;
use std::fmt;

use super::error::BodyError;

/// The reason why the bytes of a call are no call that the receiver knows.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallError {
    /// The protocol of the receiver has no such method.
    UnknownMethod,
    /// The caller left out an argument that has no default.
    MissingArgument {
        /// The name of the argument at the receiver.
        argument: &'static str,
    },
    /// The caller sent more arguments than the receiver knows.
    SurplusArguments {
        /// The number of arguments that are too many.
        surplus: u8,
    },
    /// An argument is of another type.
    Argument {
        /// The name of the argument at the receiver.
        argument: &'static str,
        /// The reason.
        source: Box<BodyError>,
    },
    /// The bytes are no call.
    Malformed,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMethod => f.write_str("the receiver's protocol has no such method"),
            Self::MissingArgument { argument } => write!(f, "it lacks the argument `{argument}`"),
            Self::SurplusArguments { surplus: 1 } => f.write_str("it has an argument too many"),
            Self::SurplusArguments { surplus } => write!(f, "it has {surplus} arguments too many"),
            Self::Argument { argument, .. } => write!(f, "the argument `{argument}` doesn't fit"),
            Self::Malformed => f.write_str("the bytes are no call"),
        }
    }
}

impl StdError for CallError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Argument { source, .. } => Some(source),
            _ => None,
        }
    }
}
