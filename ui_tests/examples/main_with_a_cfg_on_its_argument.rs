#![deny(warnings)]
// A condition that always holds, and one that never does.
#![allow(clippy::non_minimal_cfg)]

#[ockam::node]
async fn main(#[cfg(any())] ctx: Context) {
    std::process::exit(0);
}
