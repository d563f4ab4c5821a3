//! CBOR as far as messages use it.

mod head;
mod read;
mod size;
mod skip;
mod write;

pub(super) use read::{Items, Reader};
pub(super) use write::Writer;
