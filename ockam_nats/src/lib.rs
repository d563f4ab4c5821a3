//! Nodes of the ockam framework on a NATS server.
//!
//! A node gets a name, and reaches others by theirs: `route![nats.node("back"), "squarer"]`. What holds over TCP holds
//! here: failures are told at once, senders are slowed down by the workers that they send to, nothing is sent twice, and
//! what may have been lost is said to be so (`OutcomeUnknown`).
//!
//! ```text
//!  connection of ockam_transport ─▶ Stream ─▶ client ─ ─ ▶ server ─ ─ ▶ client ─▶ Stream ─▶ connection
//! ```
//!
//! | what | where |
//! |---|---|
//! | what a program connects with | `transport`, `options`, `connecting` |
//! | the bus as a [`Network`](ockam_transport::Network) of streams of bytes | `network` |
//! | the streams: numbers, windows, their ends | `stream` |
//! | what comes for them | `bus` |
//! | what is in a message of the bus, and its subject | `record`, `subjects` |
//! | the lease of the node's name | `lease` |
//! | which nodes there are | `membership`, `queries` |
//! | groups with members on many nodes | `group` |
//! | being there, and leaving | `presence` |
//! | the clock, randomness: the only places that ask for them | `clock`, `random` |

mod bus;
mod client;
mod clock;
mod connecting;
mod group;
mod lease;
mod lock;
mod membership;
mod network;
mod options;
mod presence;
mod queries;
mod random;
mod record;
mod stream;
mod subjects;
mod transport;

pub use membership::NatsNode;
pub use options::NatsOptions;
pub use transport::NatsTransport;
