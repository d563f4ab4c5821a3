//! A connection to another node, apart from its streams.
//!
//! ```text
//!  router ─▶ outgoing ─▶ send_queue { frames, SendAccounts } ─┬─▶ the writer of a stream
//!                                        control_queue ───────┘
//!                                              ▲
//!  mailboxes ◀─ backlog ◀─ inbound ────────────┴────────────────── its reader
//! ```
//!
//! | file | what |
//! |---|---|
//! | `handle` | the connection as its user has it |
//! | `inner` | what the tasks and handles of a connection share |
//! | `life`, `phase` | streams come and go; the connection is closed |
//! | `outgoing`, `send_queue` | messages become frames that are queued |
//! | `streams`, `send_parts` | answers that go on, and the task that sends one |
//! | `control_queue` | frames that are sent beside messages |
//! | `inbound` | frames become messages and are delivered |
//! | `reachable` | what those who monitor the connection, or look at the node, are told of its peer |
//! | `monitors` | workers of the peer that this node monitors, and the other way round |
//! | `lost` | what senders are told of messages that were lost |
//! | `exposed` | what the peer may send to |
//! | `peer` | who is at the other end |
//! | `append` | frames are written |
//! | `waiting` | senders that wait for room |
//!
//! [`accounts`](crate::accounts) has what is kept account of.

mod append;
mod control_queue;
mod exposed;
mod handle;
mod inbound;
mod inner;
mod life;
mod lost;
mod monitors;
mod outgoing;
mod peer;
mod phase;
mod reachable;
mod send_parts;
mod send_queue;
mod streams;
#[cfg(test)]
mod tests;
mod waiting;

pub(crate) use exposed::Exposed;
pub use handle::Connection;
pub(crate) use inbound::{Inbound, MAX_PASSING_BYTES, ReceivedRun};
pub(crate) use inner::Inner;
pub(crate) use life::EndOnDrop;
pub(crate) use peer::Peer;
