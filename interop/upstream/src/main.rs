//! Upstream's node in the three parts.

mod echoers;
mod errors;
mod forwarder;
mod upstream;

use std::process::ExitCode;

fn main() -> ExitCode {
    peer::main::<upstream::Upstream>()
}
