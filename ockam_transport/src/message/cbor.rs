//! CBOR as far as messages use it: `minicbor`, with a short path beside it.
//!
//! [`Reader`] wraps a `minicbor::Decoder` and [`Writer`] a `minicbor::Encoder`. They add the errors
//! of messages, which say what was expected and where, and the limit on nested unknown values.
//!
//! Heads of one or two bytes, which is almost all of them, are read and written by `short_head` and
//! never reach `minicbor`. Everything else does: longer heads, indefinite lengths, and whatever is
//! wrong. This is for speed. `minicbor` is not inlined here, and returns a `Result` of 64 bytes for
//! each head. Instructions, counted by callgrind, with bodies of 64 bytes:
//!
//! | | `minicbor` alone | with `short_head` |
//! |---|---|---|
//! | a tell over TCP, both nodes | 2,284 | 2,102 |
//! | an ask over TCP with its answer, both nodes | 27,400 | 24,150 |
//! | encode a frame | 1,126 | 628 |
//! | encode a frame with the envelope of the one before it | 387 | 342 |
//! | decode a frame | 2,503 | 1,428 |
//! | find the payload of a frame with the envelope of the one before it | 214 | 117 |

mod head;
mod read;
mod short_head;
mod skip;
mod write;

pub(super) use read::{Items, Reader};
pub(super) use write::Writer;
