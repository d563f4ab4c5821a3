//! Answers that go on: the two ends of one, and the queue between them.
//!
//! ```text
//!  StreamReply ── push ──▶ Parts<R> ── take ──▶ Streaming<R>      either end may be dropped first
//!       ▲
//!     pump: polls the stream that a worker has replied with, in a task of its own
//! ```
//!
//! An answer of another node is fed by a connection instead, and one for another node is read by a connection.

mod parts;
mod pump;
mod reader;
mod remote;
mod reply;

use std::sync::Arc;

use ockam_core::Message;

pub(crate) use pump::pump;
pub use reader::Streaming;
pub use reply::StreamReply;

use parts::Parts;

/// Creates the two ends of an answer that goes on.
pub(crate) fn stream<R: Message>() -> (StreamReply<R>, Streaming<R>) {
    let parts = Arc::new(Parts::new(None));
    (StreamReply::new(parts.clone()), Streaming::new(parts))
}
