//! Deadlines and the clock.
//!
//! [`clock`] is the only module of this crate that reads the time or creates sleeps.

mod alarm_times;
pub(crate) mod clock;
mod deadline;
mod node_runtime;
mod shared_waker;
mod timer;

pub(crate) use deadline::Deadline;
pub(crate) use node_runtime::NodeRuntime;
pub(crate) use timer::Timer;
