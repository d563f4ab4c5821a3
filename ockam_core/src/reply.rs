//! The place where an ask waits for its answer.
//!
//! ```text
//!   ask ── slot() ──┬── Answer    the future of the asker
//!                   └── ReplyTo   the right to answer; travels at the end of the return route
//! ```
//!
//! One allocation serves both. When the last clone of the right is dropped, the asker knows at once
//! that no answer can come. The asker may also be on another node: a transport then implements
//! [`RemoteAsker`].

mod answer;
mod ask;
mod ends;
mod local;
mod remote;
mod reply_to;
mod slot;
mod unanswered;

pub use answer::Answer;
pub use ends::{slot, slot_waking};
pub use remote::RemoteAsker;
pub use reply_to::ReplyTo;
pub use unanswered::Unanswered;
