//! Messages as the payload of a frame.

mod name;

use std::any::{Any, type_name};
use std::error::Error as StdError;
use std::fmt;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use crate::bare;

pub use name::{MAX_NAMED_DEPTH, stable_name};

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
    /// The bytes are not a message of the type.
    Decode {
        /// The type that the receiver takes.
        type_name: &'static str,
        /// The reason.
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

/// Appends a message to a buffer, as a body.
///
/// A `Vec<u8>` is written as it is. Every other type is written in [BARE](bare).
///
/// # Errors
///
/// Returns an error if the message can't be encoded. The buffer is then unchanged.
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

/// Decodes a message from all of `body`.
///
/// Any bytes are a `Vec<u8>`. An empty body is a `()`. The bytes are of another type if all of them are
/// its [BARE](bare) encoding.
///
/// # Errors
///
/// Returns an error if the body is of another type than `M`, or exceeds a bound.
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
