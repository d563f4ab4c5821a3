//! Frames on a byte stream, as state machines without I/O.
//!
//! ```text
//! 01 │ 00 00 00 41 │ 65 bytes │ 00 00 00 0d │ 13 bytes │ …
//!  │        │           └ one message
//!  │        └ its length in bytes, big-endian
//!  └ the version of the protocol, once in each direction
//! ```
//!
//! # Examples
//!
//! ```
//! use ockam_transport::frame::{self, Decoder, Event, VERSION};
//!
//! let mut stream = vec![VERSION];
//! frame::append(&mut stream, |frame| Ok(frame.extend_from_slice(b"hello")))?;
//!
//! let mut decoder = Decoder::new();
//! decoder.feed(&stream);
//! assert_eq!(decoder.next_event()?, Some(Event::Version));
//! assert_eq!(decoder.next_event()?, Some(Event::Frame(b"hello")));
//! assert_eq!(decoder.next_event()?, None);
//! # Ok::<(), frame::Error>(())
//! ```

mod decoder;
mod encoder;
mod error;
mod format;

pub use decoder::{Decoder, Event};
pub use encoder::append;
pub use error::Error;
pub use format::{MAX_LENGTH, VERSION};
