use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use ockam_core::headers::Withdrawable;

use crate::context::scope::Scope;

/// It waits for its time, or for room.
const ARMED: u8 = 0;
/// Its message is being sent at this moment.
const SENDING: u8 = 1;
/// Its message waits in the mailbox of the owner.
const QUEUED: u8 = 2;
/// It has sent its last message.
const DONE: u8 = 3;
/// It was cancelled, and sends nothing any more.
const CANCELLED: u8 = 4;

/// The state that a timer, its task and its message share.
pub(crate) struct TimerState {
    phase: AtomicU8,
    /// Whether it sends again and again.
    repeats: bool,
    scope: Arc<Scope>,
}

impl TimerState {
    pub(super) fn new(scope: Arc<Scope>, repeats: bool) -> Self {
        Self {
            phase: AtomicU8::new(ARMED),
            repeats,
            scope,
        }
    }

    pub(super) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Changes the phase, if it is `from`.
    fn change(&self, from: u8, to: u8) -> bool {
        let changed = self
            .phase
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
        changed.is_ok()
    }

    /// The phase after a message.
    fn next(&self) -> u8 {
        if self.repeats { ARMED } else { DONE }
    }

    /// Begins to send a message. Returns `false` if the timer was cancelled.
    pub(super) fn begin_send(&self) -> bool {
        !self.scope.is_cancelled() && self.change(ARMED, SENDING)
    }

    /// Marks the message as queued at the owner, before it is pushed.
    pub(super) fn set_queued(&self) {
        self.change(SENDING, QUEUED);
    }

    /// Notes that there was no room for the message.
    pub(super) fn take_back(&self) {
        let _ = self.change(SENDING, ARMED) || self.change(QUEUED, ARMED);
    }

    /// Notes that the message was sent to another mailbox, or was refused by any.
    pub(super) fn end_send(&self) {
        let _ = self.change(SENDING, self.next()) || self.change(QUEUED, self.next());
    }

    /// Returns `true` if the last message still waits in the mailbox of the owner.
    pub(super) fn is_queued(&self) -> bool {
        self.phase.load(Ordering::Acquire) == QUEUED
    }

    /// Cancels the timer. Returns `true` if this prevents a message.
    pub(super) fn cancel(&self) -> bool {
        if self.scope.is_cancelled() {
            return false;
        }
        self.change(ARMED, CANCELLED)
            || self.change(QUEUED, CANCELLED)
            || self.repeats && self.change(SENDING, CANCELLED)
    }
}

impl Withdrawable for TimerState {
    fn is_withdrawn(&self) -> bool {
        self.scope.is_cancelled() || self.phase.load(Ordering::Acquire) == CANCELLED
    }

    fn begin(&self) -> bool {
        !self.scope.is_cancelled() && self.change(QUEUED, self.next())
    }
}
