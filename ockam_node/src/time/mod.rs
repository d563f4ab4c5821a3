//! Deadlines and the clock.
//!
//! [`clock`] is the only place of this crate that asks for the time or for an alarm.

pub(crate) mod clock;
mod deadline;
mod shared_waker;
mod timer;

pub(crate) use deadline::Deadline;
pub(crate) use timer::Timer;
