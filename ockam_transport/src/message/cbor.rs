//! CBOR as far as messages use it.
//!
//! Every message passes here, so this is not left to a library: what messages need is little, takes
//! less than half the instructions that `minicbor` does, and has errors that name what was expected
//! where. The tests compare the two.

mod head;
mod read;
mod skip;
mod write;

pub(super) use read::{Items, Reader};
pub(super) use write::Writer;
