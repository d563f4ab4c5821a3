//! The first phase of a stop, in which the owner hears of it while its mailbox is still open.
//!
//! ```text
//!  Running ── begin ─▶ Begun ── take ─▶ Hearing ── has_heard ─▶ Heard
//! ```
//!
//! The mailbox is closed when it is to be closed and the owner has heard, whichever comes last.

#[derive(Default)]
pub(super) struct Stop {
    phase: Phase,
    /// Whether the mailbox is to be closed when the owner has heard.
    closes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    #[default]
    Running,
    Begun,
    Hearing,
    Heard,
}

impl Stop {
    /// Begins the stop. Returns `false` if it has begun before.
    pub(super) fn begin(&mut self) -> bool {
        let begins = self.phase == Phase::Running;
        if begins {
            self.phase = Phase::Begun;
        }
        begins
    }

    /// Returns `true` if the owner has not taken it yet.
    pub(super) fn is_pending(&self) -> bool {
        self.phase == Phase::Begun
    }

    /// Takes it, for the owner to hear.
    pub(super) fn take(&mut self) -> bool {
        let takes = self.is_pending();
        if takes {
            self.phase = Phase::Hearing;
        }
        takes
    }

    /// Notes that the owner has heard. Returns `true` if the mailbox is to be closed now.
    pub(super) fn has_heard(&mut self) -> bool {
        self.phase = Phase::Heard;
        self.closes
    }

    /// Notes that the mailbox is to be closed. Returns `true` if that is to happen now.
    pub(super) fn close(&mut self) -> bool {
        self.closes = true;
        self.phase == Phase::Heard
    }
}
