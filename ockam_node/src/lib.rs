//! The node of the ockam framework: it runs workers and routes messages to them.
//!
//! ```text
//!  executor ─▶ context ─▶ outbox ─▶ router ─▶ registry ─▶ mailbox
//!                                                            │
//!  start ────▶ relay ◀───────────────────────────────────────┘
//!                └─▶ the worker's handler
//! ```
//!
//! `router` has the way of a message to a mailbox, or by a link to another node, `relay` its way from
//! there into the handler.
//! Programs depend on the facade crate `ockam`, which adds the macros.
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

mod answer;
mod asking;
mod blocking;
mod builder;
mod context;
mod deadline;
#[doc(hidden)]
pub mod entry;
mod executor;
mod failures;
mod fold;
mod handle;
mod intake;
mod life;
mod log;
#[cfg(feature = "env-filter")]
mod log_to_stderr;
mod losses;
mod mailbox;
mod node;
mod notify;
mod outbox;
mod panics;
mod recent;
mod registry;
mod relay;
mod resident;
mod resting;
mod router;
mod sender;
mod sending;
mod settings;
mod signals;
mod stalled;
mod start;
mod stop;
mod stopping;
mod sync;
mod task;
#[doc(hidden)]
pub mod transport;
mod until;

pub use builder::{NodeBuilder, start_node};
pub use context::{Context, NodeContext};
pub use executor::Executor;
pub use handle::WorkerHandle;
#[cfg(feature = "env-filter")]
pub use log_to_stderr::log_to_stderr;
pub use sender::Sender;
pub use sending::Sending;
pub use start::WorkerBuilder;
pub use stopping::StopReport;
