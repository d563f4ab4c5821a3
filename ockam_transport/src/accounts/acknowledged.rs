use std::fmt;

use crate::sync::{AtomicBool, AtomicU64, Ordering, fence};

/// How many messages may be under way before the peer has to acknowledge some.
pub(super) const MAX_IN_FLIGHT_MESSAGES: u64 = 64 * 1024;

/// How many messages of the current stream the peer has acknowledged, of those that it was given.
///
/// The writer notes what it gives to the stream, and the receiver what the peer acknowledges. Neither
/// takes a lock.
#[derive(Default)]
pub(super) struct Acknowledged {
    given: AtomicU64,
    count: AtomicU64,
    /// Whether a sender may wait for the peer to acknowledge more.
    is_awaited: AtomicBool,
}

/// The peer acknowledges what it can't have taken in.
#[derive(Debug)]
pub(crate) struct Unsound {
    count: u64,
    given: u64,
    before: u64,
}

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, given, before) = (self.count, self.given, self.before);
        write!(
            f,
            "{count} messages are acknowledged, of {given}, behind {before}"
        )
    }
}

impl std::error::Error for Unsound {}

impl Acknowledged {
    /// Notes how many messages have been given to the stream, before it gets them.
    pub(super) fn set_given(&self, given: u64) {
        self.given.store(given, Ordering::Release);
    }

    /// Returns how many messages the peer has acknowledged.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// Returns how many messages the peer has yet to acknowledge.
    pub(super) fn missing(&self) -> u64 {
        let count = self.count();
        self.given.load(Ordering::Acquire).saturating_sub(count)
    }

    /// Returns how many messages the peer has acknowledged, and has a sender woken when there are
    /// more.
    pub(super) fn count_and_await(&self) -> u64 {
        self.is_awaited.store(true, Ordering::Relaxed);
        // Orders the flag before the look at the count, as `acknowledge` orders the count before the
        // look at the flag. So either this sees the new count, or `acknowledge` sees that it is awaited.
        fence(Ordering::SeqCst);
        self.count()
    }

    /// Notes what the peer says. Tells whether senders may wait for it. Only the receiver calls this.
    ///
    /// # Errors
    ///
    /// [`Unsound`] if the peer can't have taken in as many, or has taken in more before.
    pub(super) fn acknowledge(&self, count: u64) -> Result<bool, Unsound> {
        let (before, given) = (self.count(), self.given.load(Ordering::Acquire));
        if count < before || count > given {
            return Err(Unsound {
                count,
                given,
                before,
            });
        }
        self.count.store(count, Ordering::Release);
        fence(Ordering::SeqCst);
        let is_awaited = self.is_awaited.load(Ordering::Relaxed);
        if is_awaited {
            self.is_awaited.store(false, Ordering::Relaxed);
        }
        Ok(is_awaited)
    }

    /// Counts from zero again, because the stream is lost.
    pub(super) fn restart(&self) {
        self.given.store(0, Ordering::Release);
        self.count.store(0, Ordering::Release);
    }
}
