//! One stream of bytes between two nodes, made of messages of the bus.
//!
//! ```text
//!  connection ─▶ Writer ─ numbers, window ─▶ bus ─ ─ ▶ the peer's subject
//!  connection ◀─ Reader ◀─ State ◀─ arrive ◀─ bus ◀─ ─ this stream's subject
//! ```
//!
//! | file | what |
//! |---|---|
//! | `state`, `limits` | numbers, windows, the end: no I/O |
//! | `shared`, `table` | what both halves and the bus share, and all streams of a node |
//! | `waiting` | how many bytes wait to be read, for all streams |
//! | `half`, `reader`, `writer`, `split` | the two halves, as a connection has them |

mod half;
mod limits;
mod reader;
mod shared;
mod split;
mod state;
mod table;
mod waiting;
mod writer;

pub(crate) use half::Half;
pub(crate) use reader::Reader;
pub(crate) use shared::Stream;
pub(crate) use split::split;
pub(crate) use table::Streams;
pub(crate) use waiting::Waiting;
pub(crate) use writer::Writer;
