//! The life of a worker: start, the loop that runs it, stop.
//!
//! ```text
//!  start_worker ─▶ register ─▶ initialize ─▶ Relay::start ─▶ serve ─▶ shutdown ─▶ address freed
//! ```
//!
//! What a [`Context`](crate::Context) can do with workers stands here, so that contexts need not know how
//! workers live.

mod builder;
mod context;
mod handle;
mod relay;
mod start;
mod stop;

pub use builder::WorkerBuilder;
pub use handle::WorkerHandle;
