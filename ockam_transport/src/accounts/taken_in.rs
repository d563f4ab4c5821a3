use crate::sync::{AtomicBool, AtomicU64, Ordering, fence};

/// How many messages of the current stream have been taken in, and whether a task is about to
/// acknowledge them.
///
/// Messages are acknowledged together: either at once, after [`ACKNOWLEDGE_EVERY_MESSAGES`], or by a
/// task that waits a moment. So a single message costs nearly nothing.
#[derive(Default)]
pub(crate) struct TakenIn {
    count: AtomicU64,
    is_scheduled: AtomicBool,
}

/// After how many messages an acknowledgement is sent at once: long before the peer has to wait for
/// it, and seldom enough to cost nothing.
const ACKNOWLEDGE_EVERY_MESSAGES: u64 = 4096;

impl TakenIn {
    /// Returns how many messages have been taken in.
    #[inline]
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Counts a message. Only the receiver calls this, and before it does anything with the message:
    /// whatever the peer is told of it is told with a count that covers it.
    #[inline]
    pub(crate) fn add(&self) {
        self.count.store(self.count() + 1, Ordering::Relaxed);
    }

    /// Removes messages from the count that have not been taken in after all. Only the receiver calls
    /// this.
    pub(crate) fn remove(&self, messages: u64) {
        self.count.store(self.count() - messages, Ordering::Relaxed);
    }

    /// Tells whether what was taken in since there were `before` is to be acknowledged at once.
    pub(crate) fn is_many_since(&self, before: u64) -> bool {
        before / ACKNOWLEDGE_EVERY_MESSAGES != self.count() / ACKNOWLEDGE_EVERY_MESSAGES
    }

    /// Tells whether the caller has to start a task that acknowledges what was taken in. If not, another
    /// task is about to look at the count. Only the receiver calls this.
    pub(crate) fn schedule(&self) -> bool {
        // Orders the count before the look at the flag, as `begin` orders the flag before the look at
        // the count. So either the task sees this count, or this sees that the flag is not set.
        fence(Ordering::SeqCst);
        let must_start = !self.is_scheduled.load(Ordering::Relaxed);
        if must_start {
            self.is_scheduled.store(true, Ordering::Relaxed);
        }
        must_start
    }

    /// Notes that the task is about to look at the count. Messages from now on need another task.
    pub(crate) fn begin(&self) {
        self.is_scheduled.store(false, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }

    /// Counts from zero again, because a new stream begins.
    pub(crate) fn restart(&self) {
        self.count.store(0, Ordering::Relaxed);
    }
}
