//! This framework, in two ways: by string address, as the guide has it, and by typed handle.

mod by_address;
mod by_handle;
mod node;

use by_address::ByAddress;
use by_handle::ByHandle;

fn main() {
    match harness::variant().as_deref() {
        None | Some("address") => harness::main::<ByAddress>(),
        Some("handle") => harness::main::<ByHandle>(),
        Some(other) => panic!("there is no variant {other}"),
    }
}
