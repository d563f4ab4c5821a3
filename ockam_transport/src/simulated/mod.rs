//! A simulated network of nodes, for tests with seeds.
//!
//! ```text
//!  node ── StreamTransport<Host> ── Writer ──▶ Pipe ──▶ Reader ── StreamTransport<Host> ── node
//!                                     └── Faults: delay, cut, loss, crash, as the seed decides
//! ```
//!
//! The nodes are ordinary ones, on the thread of the test; only the transport's network is another one.

mod faults;
mod host;
mod network;
mod nodes;
mod pipe;

pub use network::SimulatedNetwork;
