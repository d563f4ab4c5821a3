//! The two ends of an ask, which share a slot for the answer.
//!
//! ```text
//!   ask ── slot() ──┬── Answer    the future of the asker
//!                   └── ReplyTo   the right to answer; travels at the end of the return route
//! ```
//!
//! One allocation holds both. When the last clone of `ReplyTo` is dropped, the asker learns at once
//! that no answer can come. When the asker stops waiting, those who [watch](ReplyTo::poll_ended) the ask
//! hear of it. The asker may be on another node. A transport then implements [`RemoteAsker`].

mod answer;
mod ask;
mod asker;
mod ends;
mod local;
mod remote;
mod reply_to;
mod slot;
mod unanswered;
mod watchers;
mod weak;

pub use answer::Answer;
pub use asker::Asker;
pub use ends::{slot, slot_waking};
pub use remote::RemoteAsker;
pub use reply_to::ReplyTo;
pub use unanswered::Unanswered;
pub use watchers::{Holder, WatchId};
pub use weak::{HeldAsk, WeakReplyTo};
