//! This framework, in two ways: by string address, as the guide has it, and by typed handle. Between
//! processes, over TCP.

mod by_address;
mod by_handle;
mod node;
mod tcp;

use by_address::ByAddress;
use by_handle::ByHandle;
use tcp::Tcp;

fn main() {
    match harness::variant().as_deref() {
        None | Some("address") => harness::main::<ByAddress>(),
        Some("handle") => harness::main::<ByHandle>(),
        Some("tcp") => harness::tcp::main::<Tcp>(),
        Some(other) => panic!("there is no variant {other}"),
    }
}
