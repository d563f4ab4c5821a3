//! Messages as the payload of a frame.

mod body_type;
mod error;

use std::any::{Any, type_name};

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use crate::bare;
use crate::shape::Shape;

pub use body_type::BodyType;
pub use error::{BodyError, CallError};

/// Appends a message to a buffer, as a body.
///
/// A `Vec<u8>` is written as it is. Every other type is written in [BARE](bare), and only as its own
/// `Deserialize` reads it.
///
/// # Errors
///
/// Returns an error if the message can't be encoded, or would be read as another value. The buffer is then
/// unchanged.
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
pub fn encode_body<M: Serialize + DeserializeOwned + 'static>(
    message: &M,
    buffer: &mut Vec<u8>,
) -> Result<(), BodyError> {
    if let Some(bytes) = (message as &dyn Any).downcast_ref::<Vec<u8>>() {
        buffer.extend_from_slice(bytes);
        return Ok(());
    }
    bare::append_as(message, Shape::of::<M>(), buffer).map_err(|source| BodyError::Encode {
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
