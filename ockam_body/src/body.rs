//! Messages as the payload that a frame carries.

mod name;

use std::any::{Any, type_name};
use std::error::Error as StdError;
use std::fmt;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use crate::bare;

pub use name::stable_name;

/// The error of a body that can't be written, or that isn't of the type it should be.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BodyError {
    /// The type was declared never to leave its node.
    LocalOnly {
        /// The type of the message.
        type_name: &'static str,
    },
    /// The message has no form on the wire.
    Encode {
        /// The type of the message.
        type_name: &'static str,
        /// What is wrong with it.
        source: bare::Error,
    },
    /// The bytes are a message of another type.
    OtherType {
        /// The stable name that came with the bytes.
        sent: String,
        /// The stable name of the type that the receiver takes.
        takes: String,
    },
    /// The bytes are not a message of the type.
    Decode {
        /// The type that the receiver takes.
        type_name: &'static str,
        /// What is wrong with the bytes.
        source: bare::Error,
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
            Self::Decode { type_name, .. } => write!(f, "the body is no `{type_name}`"),
        }
    }
}

impl StdError for BodyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Encode { source, .. } | Self::Decode { source, .. } => Some(source),
            Self::LocalOnly { .. } | Self::OtherType { .. } => None,
        }
    }
}

/// Writes a message as a body, behind what a buffer holds.
///
/// A `Vec<u8>` is its bytes as they are; every other type is [BARE](bare).
///
/// # Errors
///
/// If the message has no form on the wire. The buffer is then as it was.
///
/// # Examples
///
/// ```
/// use ockam_body::encode_body;
///
/// let mut body = Vec::new();
/// encode_body(&"Hello Ockam!".to_string(), &mut body)?;
/// assert_eq!(body, b"\x0cHello Ockam!");
///
/// body.clear();
/// encode_body(&b"as it is".to_vec(), &mut body)?;
/// assert_eq!(body, b"as it is");
/// # Ok::<(), ockam_body::BodyError>(())
/// ```
pub fn encode_body<M: Serialize + 'static>(
    message: &M,
    buffer: &mut Vec<u8>,
) -> Result<(), BodyError> {
    if let Some(bytes) = (message as &dyn Any).downcast_ref::<Vec<u8>>() {
        buffer.extend_from_slice(bytes);
        return Ok(());
    }
    bare::append(message, buffer).map_err(|source| BodyError::Encode {
        type_name: type_name::<M>(),
        source,
    })
}

/// Reads a message that is all of `body`.
///
/// Any bytes are a `Vec<u8>`; they are a `()` only if there are none, and of another type if they
/// are its [BARE](bare) form to the last byte.
///
/// # Errors
///
/// If the body is of another type than `M`, or exceeds a bound.
///
/// # Examples
///
/// ```
/// use ockam_body::decode_body;
///
/// assert_eq!(decode_body::<String>(b"\x0cHello Ockam!")?, "Hello Ockam!");
///
/// let error = decode_body::<u64>(b"\x0cHello Ockam!").unwrap_err();
/// assert_eq!(error.to_string(), "the body is no `u64`");
/// # Ok::<(), ockam_body::BodyError>(())
/// ```
pub fn decode_body<M: DeserializeOwned + 'static>(body: &[u8]) -> Result<M, BodyError> {
    let mut message = None::<M>;
    if let Some(bytes) = (&mut message as &mut dyn Any).downcast_mut::<Option<Vec<u8>>>() {
        *bytes = Some(body.to_vec());
    }
    match message {
        Some(message) => Ok(message),
        None => bare::from_slice(body).map_err(|source| BodyError::Decode {
            type_name: type_name::<M>(),
            source,
        }),
    }
}
