/// Why nobody waits for an answer any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cancelled {
    /// The asker has dropped the ask, or is gone. On the wire it is 0, and every unknown number.
    Dropped,
    /// The time of the asker is over. On the wire it is 1.
    TimedOut,
}

const DROPPED: u64 = 0;
const TIMED_OUT: u64 = 1;

impl Cancelled {
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Dropped => DROPPED,
            Self::TimedOut => TIMED_OUT,
        }
    }

    pub(super) fn of_number(number: u64) -> Self {
        match number {
            TIMED_OUT => Self::TimedOut,
            _ => Self::Dropped,
        }
    }
}
