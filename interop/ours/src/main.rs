//! Our node in the three parts.

mod echoers;
mod ours;

use std::process::ExitCode;

fn main() -> ExitCode {
    peer::main::<ours::Ours>()
}
