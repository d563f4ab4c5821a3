//! The room that mailboxes keep after a burst, for the next one.
//!
//! A worker that has handled a thousand messages would otherwise keep room for a thousand as long as it
//! lives, and so would each of its like. All mailboxes of the process together keep [`MAX_SPARE_BYTES`], and
//! each keeps [`UNCOUNTED_MESSAGES`]. Beyond that, the room is given back when the mailbox is empty.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The bytes that the empty queues of all mailboxes keep.
const MAX_SPARE_BYTES: usize = 16 * 1024 * 1024;

/// The room, in messages, that each mailbox keeps without being counted.
const UNCOUNTED_MESSAGES: usize = 64;

static SPARE_BYTES: AtomicUsize = AtomicUsize::new(0);

/// The room that one mailbox keeps. It is given back when this is dropped.
#[derive(Default)]
pub(super) struct Spare {
    messages: usize,
    bytes: usize,
}

impl Spare {
    pub(super) const fn new() -> Self {
        Self {
            messages: 0,
            bytes: 0,
        }
    }

    /// Returns `true` if an empty mailbox may keep room for so many messages of a size.
    #[inline]
    pub(super) fn may_keep(&mut self, messages: usize, size: usize) -> bool {
        self.messages == messages || self.set(messages, size)
    }

    #[cold]
    fn set(&mut self, messages: usize, size: usize) -> bool {
        let bytes = messages.saturating_sub(UNCOUNTED_MESSAGES) * size;
        if bytes == 0 && self.bytes == 0 {
            self.messages = messages;
            return true;
        }
        let others = SPARE_BYTES.fetch_sub(self.bytes, Ordering::Relaxed) - self.bytes;
        let may_keep = bytes == 0 || others + bytes <= MAX_SPARE_BYTES;
        (self.messages, self.bytes) = match may_keep {
            true => (messages, bytes),
            false => (0, 0),
        };
        SPARE_BYTES.fetch_add(self.bytes, Ordering::Relaxed);
        may_keep
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        if self.bytes > 0 {
            SPARE_BYTES.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}
