//! The node of the ockam framework, which runs workers and routes messages to them.
//!
//! ```text
//!  test        tests on a node of their own, and the kit for them
//!  run         builder, executor, signals of the process, entry points of the macros
//!  inspect     what a node is doing, for programs and for people
//!  protocol    what the macro of this name writes its clients with
//!  transport   what the links to other nodes attach to
//!  group       many workers at one address
//!  worker      start, the loop that runs a worker, stop
//!  context     what a worker can do: send, ask, receive
//!  node        the state of a node, and its stop
//!  delivery    router, registry, address cache, waiting for room, links
//!  lifecycle   how far a worker has come, and why it has ended
//!  mailbox     the bounded queue, and the signal lane beside it
//!  task, time  spawning, blocking, the clock, deadlines
//! ```
//!
//! Each folder uses only the folders below it. The chapter "How it works inside" of the book follows a
//! message through them. Programs depend on the facade crate `ockam`, which adds the macros.
//!
//! # Examples
//!
//! ```
//! use ockam_core::{Result, Worker};
//! use ockam_node::Context;
//!
//! struct Echoer;
//!
//! impl Worker for Echoer {
//!     type Message = String;
//!     type Context = Context;
//!
//!     async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
//!         ctx.reply(msg).await
//!     }
//! }
//!
//! fn main() -> Result<()> {
//!     let (ctx, mut executor) = ockam_node::start_node();
//!     executor.execute(async move {
//!         ctx.start_worker("echoer", Echoer).await?;
//!         let reply: String = ctx.ask("echoer", "Hello!".to_string()).await?;
//!         assert_eq!(reply, "Hello!");
//!         ctx.stop().await
//!     })
//! }
//! ```

mod context;
mod delivery;
mod group;
mod inspect;
mod lifecycle;
mod log;
mod mailbox;
mod node;
mod observe;
mod panics;
#[doc(hidden)]
pub mod protocol;
mod random;
mod run;
mod send_error;
mod streaming;
mod sync;
mod task;
#[doc(hidden)]
pub mod test;
mod time;
#[doc(hidden)]
pub mod transport;
mod worker;

pub use context::{
    Attached, Context, Ended, Monitor, NodeContext, OnNode, Reply, Sender, Sending, Timer,
};
pub use delivery::{Access, Allow, ConnectionReport, ConnectionState, Delivery, Subject};
pub use group::{Group, GroupHandle};
pub use inspect::{
    EndpointKind, Metric, MetricKind, NodeReport, Recording, WorkerReport, WorkerState,
};
pub use node::{DeadLetter, Denial, Feed, StopReport};
pub use observe::{RecordedEnd, RecordedMessage, TimeReport};
#[doc(hidden)]
pub use run::entry;
#[cfg(feature = "env-filter")]
pub use run::log_to_stderr;
pub use run::{Executor, ExecutorOutput, NodeBuilder, start_node};
pub use streaming::{StreamReply, Streaming};
pub use worker::{
    CanBeMadeAgain, Child, Factory, Once, ProcessorBuilder, ProcessorHandle, Restart, Supervisor,
    SupervisorHandle, WorkerBuilder, WorkerHandle,
};
