//! Programs made of **workers** on **nodes**.
//!
//! A worker is a struct with an address, a mailbox and an async handler. A node runs workers and routes
//! messages to them. A message travels along a route, an ordered list of addresses. The same call
//! reaches a worker on this node and one behind three others.
//!
//! ```
//! use ockam::{async_worker, Context, Result, Worker};
//!
//! struct Echoer;
//!
//! #[async_worker]
//! impl Worker for Echoer {
//!     type Message = String;
//!     type Context = Context;
//!
//!     async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
//!         ctx.send_message("app", msg).await
//!     }
//! }
//!
//! #[ockam::node]
//! async fn main(mut ctx: Context) -> Result<()> {
//!     ctx.start_worker("echoer", Echoer).await?;
//!     ctx.send_message("echoer", "Hello Ockam!".to_string()).await?;
//!
//!     let reply = ctx.receive::<String>().await?;
//!     assert_eq!(reply, "Hello Ockam!");
//!     ctx.stop().await
//! }
//! ```
//!
//! | to … | there is |
//! |---|---|
//! | write a worker | [`Worker`], [`async_worker`], [`Routed`], [`Any`] |
//! | call methods instead of sending messages | [`protocol`](macro@protocol), [`Reply`] |
//! | run a loop of its own | [`Processor`], [`async_processor`], [`Context::start_processor`] |
//! | take a stream, or slow work | [`Context::attach_stream`], [`Context::pipe`], [`Context::pipe_blocking`] |
//! | run a node | [`node`], [`start_node`], [`NodeBuilder`], [`test`](macro@test) |
//! | answer with many parts | [`Streaming`], [`Context::reply_stream`], [`StreamReply`] |
//! | send, ask and receive | [`Context`], [`WorkerHandle`], [`Sender`] |
//! | start and stop workers | [`Context::start_worker`], [`WorkerBuilder`], [`Context::stop_worker`] |
//! | start again what fails | [`WorkerBuilder::from_fn`], [`Restart`], [`Supervisor`] |
//! | let many workers share one address | [`Group`], [`Delivery`], [`Context::join`] |
//! | say who may send to whom | [`WorkerBuilder::incoming`], [`WorkerBuilder::outgoing`], [`Allow`] |
//! | hear of an end | [`Context::monitor`], [`Down`], [`Ended`] |
//! | look inside | [`Context::inspect`], [`NodeReport`], [`WorkerReport`] |
//! | do something later | [`Context::send_after`], [`Context::send_every`], [`Timer`] |
//! | say where | [`Address`], [`Route`], [`route!`] |
//! | say what | [`Message`], [`LocalOnly`] |
//! | talk with other nodes | `TcpTransport`, `Connection`, `ConnectionState`, `Listener`, `DropGuard` |
//! | trust nobody on the way | `Identity`, `SecureChannels`, `SecureChannel`, `Trust`, [`Identifier`] |
//! | know what went wrong | [`Error`], [`ErrorKind`], [`ErrorContext`] |
//!
//! # Features
//!
//! - `tcp`, on by default: connects nodes over TCP.
//! - `anyhow`: turns an [`Error`] into an `anyhow::Error` with `?`.
//! - `test-util`, for `[dev-dependencies]`: the module [`test`](mod@test), and `paused` and `seeds` of
//!   [`#[ockam::test]`](macro@test).
//! - `secure`: identities and secure channels, and the module `secure` with vaults for their keys.
//! - `metrics`: `Context::publish_metrics`, which publishes the metrics of a node by the `metrics` crate.
//! - `env-filter`: `log_to_stderr`, which installs a `tracing` subscriber that reads `RUST_LOG`.

pub use ockam_core::{
    Address, Addresses, Any, CanAnswer, Down, DownReason, Error, ErrorContext, ErrorKind,
    Identifier, LocalOnly, Message, ParseAddressError, ParseRouteError, Processor, Result, Route,
    Routed, TransportType, Worker, route,
};
#[cfg(feature = "secure")]
pub use ockam_identity::Identity;
pub use ockam_macros::{async_processor, async_worker, node, protocol, test};
#[cfg(feature = "env-filter")]
pub use ockam_node::log_to_stderr;
pub use ockam_node::{
    Access, Allow, Attached, CanBeMadeAgain, Child, ConnectionReport, ConnectionState, Context,
    DeadLetter, Delivery, Denial, Ended, EndpointKind, Executor, Factory, Feed, Group, GroupHandle,
    Metric, MetricKind, Monitor, NodeBuilder, NodeContext, NodeReport, OnNode, Once,
    ProcessorBuilder, ProcessorHandle, RecordedEnd, RecordedMessage, Recording, Reply, Restart,
    Sender, StopReport, Subject, Supervisor, SupervisorHandle, TimeReport, Timer, WorkerBuilder,
    WorkerHandle, WorkerReport, WorkerState, start_node,
};
pub use ockam_node::{ExecutorOutput, StreamReply, Streaming};
#[cfg(feature = "secure")]
pub use ockam_secure_channel::link::{SecureChannel, SecureChannels, SecureListener, Trust};
#[cfg(feature = "tcp")]
pub use ockam_transport::Listener;
#[cfg(any(feature = "secure", feature = "tcp"))]
pub use ockam_transport::{Connection, DropGuard, TransportSettings};
#[cfg(feature = "tcp")]
pub use ockam_transport_tcp::TcpTransport;

/// Identities and secure channels. It needs the feature `secure`.
#[cfg(feature = "secure")]
pub mod secure {
    pub use ockam_core::Identifier;
    pub use ockam_identity::{
        ChangeHistory, ExchangeKey, FileVault, Identity, KeyKind, MemoryVault, Peers, PublicKey,
        SharedSecret, Signature, Vault,
    };
    pub use ockam_secure_channel::link::{SecureChannel, SecureChannels, SecureListener, Trust};
}

/// The kit for tests of workers. It needs the feature `test-util`.
#[cfg(feature = "test-util")]
pub mod test {
    pub use ockam_node::test::{Alone, Probe, Sent, alone};
    #[cfg(feature = "tcp")]
    pub use ockam_transport::SimulatedNetwork as Network;
}

/// The items that the output of the macros names. They are not for use by hand and change without
/// notice.
#[doc(hidden)]
pub mod __private {
    pub use std;

    pub use ockam_core::call::{
        BodyError, BodyType, CloneArgument, ReceivedCall, SentCall, unheard,
    };
    pub use ockam_core::{Down, Error, Message, Never, Processor, Result, Route, Worker};
    pub use ockam_node::entry::{
        AnyOutcome, Ended, IsProcessor, IsWorker, MainArgument, MainOutput, Outcome, is_processor,
        is_worker, run,
    };
    pub use ockam_node::protocol::Client;
    #[cfg(feature = "test-util")]
    pub use ockam_node::test::Found;
    pub use ockam_node::test::{TestRun, Trouble};
    pub use ockam_node::{
        Context, GroupHandle, NodeBuilder, Reply, Sender, Streaming, WorkerHandle,
    };
}
