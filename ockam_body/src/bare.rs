//! BARE, the form that message bodies have on the wire, as upstream Ockam writes it.
//!
//! What is written is byte for byte what `serde_bare` 0.5 writes. What is read is held to more: every
//! value has one form only, and a body is of a type only if its last byte is the last byte of the
//! value. A peer decides about the bytes, so reading them is bounded:
//!
//! | bound | by | why |
//! |---|---|---|
//! | what a length announces | the bytes that are there | five bytes could order gigabytes |
//! | values inside each other | [`MAX_DEPTH`] | a recursive type would overflow the stack |
//! | elements that take no bytes | [`MAX_EMPTY_ELEMENTS`] | five bytes of `Vec<()>` are billions of them |
//! | memory | [`MAX_MEMORY_BYTES`] | one byte on the wire may stand for a large value in memory |
//!
//! The first three bind the writer as well: what can't be read isn't sent.
//!
//! A type is written as its fields, one after the other, without names. So a type that is read by
//! looking at what comes next can't be a body: untagged and internally tagged enums, flattened
//! structs, and fields that are left out at times (`skip_serializing_if`).
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

pub use error::Error;
pub use limits::{MAX_DEPTH, MAX_EMPTY_ELEMENTS, MAX_MEMORY_BYTES};
use read::Reader;
use write::Writer;

/// Writes a value.
///
/// # Errors
///
/// If the value has no form in BARE, or one that [`from_slice`] refuses.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    append(value, &mut bytes)?;
    Ok(bytes)
}

/// Writes a value behind what a buffer holds.
///
/// # Errors
///
/// As those of [`to_vec`]. The buffer is then as it was.
pub fn append<T: Serialize + ?Sized>(value: &T, buffer: &mut Vec<u8>) -> Result<(), Error> {
    let before = buffer.len();
    let written = value.serialize(&mut Writer::new(buffer));
    if written.is_err() {
        buffer.truncate(before);
    }
    written
}

/// Reads a value that is all of `bytes`.
///
/// # Errors
///
/// If the bytes are not exactly one value of type `T`, or exceed a bound.
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    match from_prefix(bytes)? {
        (value, []) => Ok(value),
        (_, rest) => Err(Error::LeftOver { bytes: rest.len() }),
    }
}

/// Reads a value that `bytes` begin with, and returns what follows it.
///
/// # Errors
///
/// If the bytes do not begin with a value of type `T`, or exceed a bound.
pub fn from_prefix<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<(T, &'de [u8]), Error> {
    let mut reader = Reader::new(bytes);
    let value = T::deserialize(&mut reader)?;
    Ok((value, reader.rest()))
}
