//! The lifecycle of a worker: start, the loop that runs it, stop.
//!
//! ```text
//!  start_worker ─▶ register ─▶ initialize ─▶ Relay::start ─▶ serve ─▶ shutdown ─▶ address freed
//! ```
//!
//! The methods of [`Context`](crate::Context) that start and stop workers are here, so that the folder
//! `context` doesn't depend on this one.

mod access;
mod attended;
mod builder;
mod context;
mod failures;
mod get_or_start;
mod handle;
mod initialize;
mod limited;
mod observed;
mod processor;
mod relay;
mod restart;
mod rules;
mod sender;
mod siblings;
mod signals;
mod start;
mod stop;
mod supervised;
mod supervisor;
mod turns;

pub use builder::{CanBeMadeAgain, Factory, Once, WorkerBuilder};
pub(crate) use context::worker_at;
pub use handle::WorkerHandle;
pub use processor::{ProcessorBuilder, ProcessorHandle};
pub use restart::Restart;
pub(crate) use siblings::{Place, Wake, is_supervisor};
pub use supervisor::{Child, Supervisor, SupervisorHandle};
pub(crate) use supervisor::{Pool, sealed, start_at, start_pool};
