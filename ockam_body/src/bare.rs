//! BARE, the encoding of message bodies on the wire, which upstream Ockam uses as well.
//!
//! The writer writes the same bytes as `serde_bare` 0.5. The reader is stricter: every value has one
//! encoding only, and a body is of a type only if its last byte is the last byte of the value. The
//! bytes come from a peer, so the reader has bounds:
//!
//! | what is bounded | by | because |
//! |---|---|---|
//! | an announced length | the bytes that are left | five bytes could announce gigabytes |
//! | nested values | [`MAX_DEPTH`], [`MAX_STACK_BYTES`] | a recursive type would overflow the stack |
//! | elements that take no bytes | [`MAX_EMPTY_ELEMENTS`] | five bytes of a `Vec<()>` can be billions of elements |
//! | memory | [`MAX_MEMORY_BYTES`] | one byte on the wire can be a large value in memory |
//!
//! The first three rows also apply to the writer: it refuses a value that can't be read.
//!
//! A type is written as its fields, one after another and without names. So some types can't be a body:
//! untagged and tagged enums, flattened structs, and structs whose fields are left out at times
//! (`skip_serializing_if`). A [message](crate::encode_body) is also compared with what its `Deserialize` reads,
//! because attributes like `skip_serializing` make the two differ.
//!
//! # Examples
//!
//! ```
//! use ockam_body::bare;
//!
//! let bytes = bare::to_vec("hello")?;
//! assert_eq!(bytes, b"\x05hello");
//! assert_eq!(bare::from_slice::<String>(&bytes)?, "hello");
//!
//! let error = bare::from_slice::<String>(b"\x05hello, world").unwrap_err();
//! assert_eq!(error.to_string(), "7 bytes are left over");
//! # Ok::<(), bare::Error>(())
//! ```

mod error;
mod limits;
mod read;
mod varint;
mod write;

use serde_core::{Deserialize, Serialize};

use crate::shape::Shape;
pub use crate::stack::MAX_STACK_BYTES;
pub use error::Error;
pub use limits::{MAX_DEPTH, MAX_EMPTY_ELEMENTS, MAX_MEMORY_BYTES};
use read::Reader;
use write::Writer;

/// Encodes a value.
///
/// # Errors
///
/// Returns an error if the value can't be encoded, or if [`from_slice`] would refuse the encoding.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    append(value, &mut bytes)?;
    Ok(bytes)
}

/// Appends the encoding of a value to a buffer.
///
/// # Errors
///
/// Returns the errors of [`to_vec`]. The buffer is then unchanged.
pub fn append<T: Serialize + ?Sized>(value: &T, buffer: &mut Vec<u8>) -> Result<(), Error> {
    let before = buffer.len();
    let written = value.serialize(&mut Writer::new(buffer));
    if written.is_err() {
        buffer.truncate(before);
    }
    written
}

/// Like [`append`], but only if the value is written as a type of this shape is read.
pub(crate) fn append_as<T: Serialize + ?Sized>(
    value: &T,
    shape: &Shape,
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    if let Some(part) = shape.unreadable() {
        return Err(Error::Unreadable(part.to_owned()));
    }
    let before = buffer.len();
    let written = value.serialize(&mut Writer::of(shape.nodes(), buffer));
    if written.is_err() {
        buffer.truncate(before);
    }
    written
}

/// Decodes a value from all of `bytes`.
///
/// # Errors
///
/// Returns an error if the bytes are not exactly one value of type `T`, or exceed a bound.
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    match from_prefix(bytes)? {
        (value, []) => Ok(value),
        (_, rest) => Err(Error::LeftOver { bytes: rest.len() }),
    }
}

/// Decodes a value from the beginning of `bytes`, and returns the bytes that follow it.
///
/// # Errors
///
/// Returns an error if the bytes do not begin with a value of type `T`, or exceed a bound.
pub fn from_prefix<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<(T, &'de [u8]), Error> {
    let mut reader = Reader::new(bytes);
    let value = T::deserialize(&mut reader)?;
    Ok((value, reader.rest()))
}
