//! What a context has handed out, and whose results come as messages: streams, futures and blocking calls.
//!
//! ```text
//!  attach_stream ─▶ task: begin work ─▶ poll the stream ─▶ wait for room ─▶ push ─▶ end work ─▶ …
//!  pipe ──▶ begin work ─▶ task: the future ─▶ into ─▶ wait for room ─▶ push ─▶ end work
//! ```
//!
//! Each runs in a task of its own, which ends with the incarnation that made it: see [`Works`]. What is under
//! way when the worker is to stop still gets its message into the mailbox, because it has been begun there.
//! So a stream is begun for each poll alone: what it yields is delivered, and one that waits holds up no stop.

mod blocking;
mod owner;
mod piped;
mod stream;
mod works;

pub(super) use blocking::blocking;
pub(super) use owner::Owner;
pub(super) use piped::pipe;
pub use stream::Attached;
pub(super) use stream::attach;
pub(crate) use works::Works;
