//! Supervisors: workers that start others in order, start again what belongs together, and stop them in
//! reverse order.
//!
//! ```text
//!  Supervisor ── start ─▶ Tree, a worker ── initialize ─▶ each Child at a Place of its Siblings
//!  a child fails ─▶ Siblings ── Wake ─▶ Tree ─▶ those that go with it rest ─▶ delay ─▶ they begin, in order
//! ```

mod builder;
mod child;
mod handle;
mod pool;
mod resize;
mod tree;

pub use builder::Supervisor;
pub(crate) use builder::start_pool;
pub use child::Child;
pub(crate) use child::{sealed, start_at};
pub use handle::SupervisorHandle;
pub(crate) use pool::Pool;
