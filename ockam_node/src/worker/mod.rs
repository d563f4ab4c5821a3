//! The lifecycle of a worker: start, the loop that runs it, stop.
//!
//! ```text
//!  start_worker ─▶ register ─▶ initialize ─▶ Relay::start ─▶ serve ─▶ shutdown ─▶ address freed
//! ```
//!
//! The methods of [`Context`](crate::Context) that start and stop workers are here, so that the folder
//! `context` doesn't depend on this one.

mod builder;
mod context;
mod handle;
mod relay;
mod start;
mod stop;

pub use builder::WorkerBuilder;
pub use handle::WorkerHandle;
