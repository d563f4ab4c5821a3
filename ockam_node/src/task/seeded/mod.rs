//! One scheduler for everything that a node does, which a seed drives.
//!
//! ```text
//!  woken ──▶ tokio's queue ──▶ Scheduled::poll ──▶ ready ──┐  the queue is empty, and the thread would park
//!                                    ▲                     ▼
//!             its future runs ◀── granted ◀── wake ◀── decide which
//! ```
//!
//! Tokio runs tasks in the order in which they were woken. A task of a simulation that tokio runs doesn't
//! run its future then, but joins those that are ready. When tokio has nothing to run, every task that can
//! go on is among them, and one is chosen. When none is ready either, the node is idle: whoever waits for
//! that is woken, and else tokio moves the paused clock on to the next timer.
//!
//! A task can also be interrupted where it calls the node: see [`simulation::preempt`].
//!
//! All of it happens on one thread, whose state this is.

mod decisions;
mod scheduled;
mod simulation;

pub(crate) use decisions::Choices;
pub(crate) use scheduled::schedule;
pub(crate) use simulation::{Simulated, parks, preempt};
pub use simulation::{decide, is_simulated};
