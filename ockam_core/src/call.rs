//! The calls of a protocol as bytes.
//!
//! ```text
//!  call:      name of the method │ number of arguments, 1 byte │ argument …
//!  argument:  fingerprint of its shape, 9 bytes │ length │ body
//! ```
//!
//! The name is that of the trait's method, so that methods can be added and moved. Each argument says how
//! long it is, so that a receiver that knows other arguments than the sender notices it. By the
//! fingerprint, an argument of another type is refused, as a message of another type is. All of it is BARE.
//!
//! The macro `protocol` writes the code that calls this module.

mod cloned;
mod received;
mod sent;

use crate::down::Down;
use crate::error::{Error, ErrorKind};

pub use cloned::CloneArgument;
pub use ockam_body::{BodyError, BodyType};
pub use received::ReceivedCall;
pub use sent::SentCall;

/// Returns the error of a worker that was told of an end and doesn't handle it.
pub fn unheard(down: &Down) -> Error {
    Error::new(ErrorKind::Unhandled, down.to_string())
}
