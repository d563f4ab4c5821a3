//! Messages that are sent later. Each timer is a task.
//!
//! ```text
//!  send_after ─▶ task: sleep ─▶ wait for room ─▶ claim ─▶ push
//!                                                 ▲
//!  cancel ──▶ TimerState ◀────────────────────────┤
//!  cancel_timers, end of the owner ──▶ Scope ◀────┘
//! ```
//!
//! **Cancelling.** A task claims its state in the moment in which it sends, and a cancel changes the same
//! state, so only one of the two succeeds. A message that goes to its owner's own mailbox carries its state
//! in its headers, and the owner claims it once more when it begins the message: until then it can be
//! withdrawn. A withdrawn message is discarded when the owner comes to it.
//!
//! **Idle time.** The owner notes when it begins to wait for a message, and reads the clock for that only
//! while one of its timers asks for it. See [`Idle`].

mod idle;
mod owned;
mod state;
mod task;
mod timer;

pub(crate) use owned::Timers;
pub(super) use task::{Destined, send_after, send_every, send_when_idle};
pub use timer::Timer;
