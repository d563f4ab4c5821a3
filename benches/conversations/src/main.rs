//! Typed calls beside asks by handle, and answers that go on beside a channel and beside gRPC.
//!
//! ```text
//! bench_conversations typed      a call by a client, an ask by a handle and one by an address
//! bench_conversations parts      1,000,000 parts on one node, and through a channel of tokio
//! bench_conversations tcp        parts of 64 bytes and of 16 KiB from another process, and by tonic
//! ```
//!
//! A round plays each way once, one after another, and a figure is the median of all rounds. Ratios are those within
//! a round. Each prints a table.

mod allocations;
mod ours;
mod parts;
mod remote;
mod rounds;
mod tonic_stream;
mod typed;

use std::env;

fn main() -> ockam::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["typed"] => typed::main(),
        ["typed", way, calls] => typed::alone(way, calls.parse().expect("a number")),
        ["parts"] => parts::main(),
        ["tcp"] => remote::main(),
        ["serve", "ours"] => ours::serve(),
        ["serve", "tonic"] => tonic_stream::serve(),
        _ => panic!("usage: bench_conversations typed | parts | tcp"),
    }
}
