//! Answers that go on over a connection.
//!
//! ```text
//!  PartSource ── send_parts ──▶ Going ─ ─ parts ─ ─ ▶ Coming ──▶ PartSink: a reader of this node
//!                         ◀ ─ ─ ─ credit ─ ─ ─         └─▶ Going of another connection: a relay
//! ```
//!
//! | file | what |
//! |---|---|
//! | `bundle` | several small parts in one frame |
//! | `window` | how far a sender may be ahead of a reader |
//! | `going` | an answer whose parts go to the peer |
//! | `coming` | an answer whose parts come from the peer |
//! | `table` | all of a connection |
//! | `reader` | what a reader on this node tells the peer |

pub(super) mod bundle;
mod coming;
mod going;
mod reader;
mod table;
mod window;

pub(super) use bundle::Bundle;
pub(super) use coming::{To, end_caught};
pub(super) use going::{Cancelled, Going};
pub(super) use table::Streams;
pub(super) use window::{Left, Window};
