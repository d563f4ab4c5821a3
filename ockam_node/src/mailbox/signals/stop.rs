//! The first phase of a stop, in which the owner hears of it while its mailbox is still open.
//!
//! ```text
//!  Running ── begin ─▶ Begun ── take ─▶ Hearing ── note_heard ─▶ Heard ── take ─▶ HasStoppedOwned
//! ```
//!
//! The mailbox is closed when it is to be closed and the owner has heard, whichever comes last. If the owner has
//! workers of its own, it takes a last step instead: it stops them, and closes the mailbox when they have ended.

#[derive(Default)]
pub(super) struct Stop {
    phase: Phase,
    /// Whether the mailbox is to be closed when the owner has heard.
    closes: bool,
    /// Whether the owner has workers of its own.
    pub(super) has_owned: bool,
}

/// What the owner does next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum StopStep {
    /// It hears of the stop.
    Hear,
    /// It stops the workers that it owns, and closes its mailbox when they have ended.
    StopOwned,
}

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    #[default]
    Running,
    Begun,
    Hearing,
    Heard,
    HasStoppedOwned,
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

    /// Returns the step that the owner has not taken yet.
    fn next(&self) -> Option<StopStep> {
        match self.phase {
            Phase::Begun => Some(StopStep::Hear),
            Phase::Heard if self.closes && self.has_owned => Some(StopStep::StopOwned),
            _ => None,
        }
    }

    /// Returns `true` if there is a step that the owner has not taken yet.
    pub(super) fn is_pending(&self) -> bool {
        self.next().is_some()
    }

    /// Takes a step, once.
    pub(super) fn take(&mut self) -> Option<StopStep> {
        let step = self.next()?;
        self.phase = match step {
            StopStep::Hear => Phase::Hearing,
            StopStep::StopOwned => Phase::HasStoppedOwned,
        };
        Some(step)
    }

    /// Notes that the owner has heard. Returns `true` if the mailbox is to be closed now.
    pub(super) fn note_heard(&mut self) -> bool {
        self.phase = Phase::Heard;
        self.closes && !self.has_owned
    }

    /// Notes that the mailbox is to be closed. Returns `true` if that is to happen now.
    pub(super) fn close(&mut self) -> bool {
        self.closes = true;
        self.phase == Phase::Heard && !self.has_owned
    }
}
