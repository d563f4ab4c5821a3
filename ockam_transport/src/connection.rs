//! A connection to another node, apart from its stream.
//!
//! ```text
//!  router ─▶ outgoing ─▶ sending { frames, books } ─▶ the writer of a stream
//!  mailboxes ◀─ receive ◀─ overflow ◀─────────────── its reader
//! ```
//!
//! | file | what |
//! |---|---|
//! | `shared` | what all tasks of a connection share |
//! | `life` | streams come and go; the connection is closed |
//! | `outgoing`, `sending` | messages become frames that are queued |
//! | `books` | what is noted of them: credit, ledger and returns |
//! | `receive`, `overflow` | frames become messages, which wait in line where a mailbox is full |
//! | `run` | messages that follow each other the same way |
//! | `report` | what either side is told of messages that failed |
//! | `credit` | how many messages the worker at an address may be sent; a new stream begins anew |
//! | `ledger`, `tally` | whose messages are queued or under way, for when they are lost |
//! | `acknowledge` | what either side says that it has taken in |
//! | `returns` | what the peer may send because it was sent something |
//! | `askers`, `ways` | who waits for an answer by this connection; which ways back other messages left |
//! | `shares` | how much of a whole each of those may hold from whom messages go on |
//! | `by_address`, `counts` | what is kept for each address or way: looked up without a hash where it comes again |
//! | `handle` | the connection as its user has it |
//! | `exposed`, `reach` | what else the peer may send to |
//!
//! Messages that were given to a stream, and that the peer had not acknowledged when it was lost, are
//! **doubtful**: the peer may have got them, so that they are reported as such and not sent again. Of a
//! peer of upstream, which acknowledges nothing, only those are known to be doubtful that were being
//! written. Signs of life, credit, acknowledgements and reports are sent **beside** messages: they take
//! no room from them, and nobody waits for room for them.

mod acknowledge;
mod askers;
mod books;
mod by_address;
mod counts;
mod credit;
mod exposed;
mod handle;
mod ledger;
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
mod shares;
mod tally;
mod ways;
mod weight;

pub(crate) use exposed::Exposed;
pub use handle::Connection;
pub(crate) use run::Run;
pub(crate) use shared::Shared;
