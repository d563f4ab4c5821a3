//! Upstream's node in the three parts.

mod echoers;
mod errors;
mod forwarder;
mod upstream;
mod who;

use std::process::ExitCode;

fn main() -> ExitCode {
    peer::main::<upstream::Upstream>()
}
