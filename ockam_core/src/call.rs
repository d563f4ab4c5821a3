//! The calls of a protocol as bytes.
//!
//! ```text
//!  call:      name of the method │ number of arguments, 1 byte │ argument …
//!  argument:  length │ body
//! ```
//!
//! The name is that of the trait's method, so that methods can be added and moved. Each argument says how
//! long it is, so that a receiver that knows other arguments than the sender notices it. Names and
//! lengths are written as in BARE.
//!
//! The macro `protocol` writes the code that calls this module.

mod received;
mod sent;

use std::borrow::Cow;

pub use ockam_body::BodyError;
pub use received::ReceivedCall;
pub use sent::SentCall;

/// Returns the name of a protocol, as that of the type of its messages. No type of serde has a name with
/// a space.
pub fn protocol_name(name: &str) -> Cow<'static, str> {
    Cow::Owned(format!("protocol {name}"))
}
