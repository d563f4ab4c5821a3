//! A connection to another node, apart from its stream.
//!
//! ```text
//!  router ─▶ outgoing ─▶ sending { frames, credit, returns } ─▶ the writer of a stream
//!  mailboxes ◀─ receive ◀─ overflow ◀───────────────────────── its reader
//! ```
//!
//! | file | what |
//! |---|---|
//! | `shared` | what all tasks of a connection share |
//! | `life` | streams come and go; the connection is closed |
//! | `outgoing`, `sending` | messages become frames that are queued |
//! | `receive`, `overflow` | frames become messages, which wait in line where a mailbox is full |
//! | `run` | messages that follow each other the same way |
//! | `report` | what either side is told of messages that failed |
//! | `credit` | how many messages the worker at an address may be sent; a new stream begins anew |
//! | `returns` | what the peer may send because it was sent something: answers |
//! | `exposed`, `reach` | what else the peer may send to |
//!
//! Frames that were being written when a stream was lost are **doubtful**: the peer may have got them,
//! so that they are reported as such and not sent again. Signs of life, credit and reports are sent
//! **beside** messages: they take no room from them, and nobody waits for room for them.

mod by_address;
mod counts;
mod credit;
mod exposed;
mod handle;
mod life;
mod outgoing;
mod overflow;
mod reach;
mod receive;
mod report;
mod returns;
mod run;
mod sending;
mod shared;

pub(crate) use exposed::Exposed;
pub use handle::Connection;
pub(crate) use run::Run;
pub(crate) use shared::Shared;
