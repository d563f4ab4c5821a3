//! Our node in the three parts.

mod echoers;
mod ours;
mod who;

use std::process::ExitCode;

fn main() -> ExitCode {
    peer::main::<ours::Ours>()
}
