//! What the node of this framework and the node of upstream Ockam share when they are put side by
//! side: the command line, the bodies that travel, and what is printed.
//!
//! ```text
//!  interop_ours     ── impl Node ──┐
//!                                  ├─▶ peer::main ── plays one part ──▶ lines on stdout
//!  interop_upstream ── impl Node ──┘
//! ```
//!
//! | part | prints | ends |
//! |---|---|---|
//! | `responder LISTEN` | `listening ADDRESS IDENTIFIER` | when its standard input closes |
//! | `middle LISTEN NEXT` | `listening ADDRESS HOP…`: any of the hops leads to NEXT | the same |
//! | `initiator ADDRESS [HOP…] [--channel NAME]… [--peer IDENTIFIER] [--then STEP] [--body text\|bytes] [--size N] [--count N] [--worker NAME]` | `answered N` | then |
//!
//! A responder that reads `rotate` gives its identity another key and prints `rotated`; one that reads `close` closes
//! its channels, and may end. An initiator with the step `again` or `closed` prints `ready` first.
//!
//! What goes wrong is printed as `failed` and its causes, and the exit code is 1.

mod body;
mod channel;
mod command;
mod hop;
mod node;
mod play;

pub use body::{Bodies, Body, Kind};
pub use channel::{GONE, INNER, SECURE, Step, Through, WHO};
pub use command::{Command, USAGE};
pub use hop::Hop;
pub use node::Node;
pub use play::main;

/// The name of a worker that handles messages more slowly than they come.
pub const SLOW: &str = "slow";

/// How long it takes for each.
pub const PAUSE: std::time::Duration = std::time::Duration::from_millis(1);

/// What every step of a part returns.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
