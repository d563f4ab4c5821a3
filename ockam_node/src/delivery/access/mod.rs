//! Who may send to a worker, and whom a worker may send to.
//!
//! ```text
//!  Registry ── address ─▶ GuardedEndpoint ── Guard: rule, admissions ─▶ the mailbox of the worker
//! ```
//!
//! A worker with rules for what comes in stands behind a [`GuardedEndpoint`], in the registry and in handles. One
//! without has nothing of this. A rule for what goes out is asked by the [outbox](crate::context) of the sender.

mod admissions;
mod allow;
mod guard;
mod guarded;
mod subject;

pub(crate) use admissions::{Admissions, Admit};
pub use allow::{Access, Allow};
pub(crate) use guard::{Guard, allows};
pub(crate) use guarded::GuardedEndpoint;
pub(crate) use subject::Resolve;
pub use subject::Subject;
