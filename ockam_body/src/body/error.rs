use std::error::Error as StdError;
use std::fmt;

use crate::bare;
use crate::shape::{Shape, difference};

/// The error of encoding or decoding a body.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BodyError {
    /// The type is local-only: it never leaves its node.
    LocalOnly {
        /// The type of the message.
        type_name: &'static str,
    },
    /// The message can't be encoded.
    Encode {
        /// The type of the message.
        type_name: &'static str,
        /// The reason.
        source: bare::Error,
    },
    /// The bytes are a message of another type.
    OtherType {
        /// The stable name that came with the bytes.
        sent: String,
        /// The stable name of the type that the receiver takes.
        takes: String,
    },
    /// The bytes are a message of a type that has the same name and another shape.
    OtherShape {
        /// The stable name of both types.
        name: String,
        /// The fingerprint that came with the bytes.
        sent: u64,
        /// The shape of the type that the receiver takes, in words.
        takes: String,
    },
    /// The bytes are not a message of the type.
    Decode {
        /// The type that the receiver takes.
        type_name: &'static str,
        /// The reason.
        source: bare::Error,
    },
    /// The bytes are a call that the protocol of the receiver doesn't know.
    Call {
        /// The protocol and the method, such as `Account::deposit`.
        call: String,
        /// The reason.
        source: CallError,
    },
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LocalOnly { type_name } => write!(
                f,
                "a message of type `{type_name}` is local-only: it can't leave its node"
            ),
            Self::Encode { type_name, .. } => {
                write!(f, "a message of type `{type_name}` can't be written")
            }
            Self::OtherType { sent, takes } => write!(f, "it is a `{sent}`, not a `{takes}`"),
            Self::OtherShape { name, .. } => {
                write!(f, "it is another `{name}` than the one that is taken")?;
                match self.difference() {
                    Some(difference) => write!(f, ": {difference}"),
                    None => Ok(()),
                }
            }
            Self::Decode { type_name, .. } => write!(f, "the body is no `{type_name}`"),
            Self::Call { call, .. } => write!(f, "the call `{call}` can't be handled"),
        }
    }
}

impl BodyError {
    /// Says how the shape that was sent differs from the one that is taken, if this process knows both.
    fn difference(&self) -> Option<String> {
        let Self::OtherShape { sent, takes, .. } = self else {
            return None;
        };
        difference(takes, Shape::known(*sent)?.description())
    }
}

impl StdError for BodyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Encode { source, .. } | Self::Decode { source, .. } => Some(source),
            Self::Call { source, .. } => Some(source),
            Self::LocalOnly { .. } | Self::OtherType { .. } | Self::OtherShape { .. } => None,
        }
    }
}

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
