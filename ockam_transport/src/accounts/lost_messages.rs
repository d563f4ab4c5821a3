use std::sync::atomic::{AtomicU64, Ordering};

/// How many messages of the peer were lost without the peer hearing of it.
#[derive(Default)]
pub(crate) struct LostMessages {
    lost: AtomicU64,
    /// How many of the peer's messages were for what is not exposed.
    denied: AtomicU64,
}

impl LostMessages {
    /// Counts lost messages. Returns how many there are if that is worth a line in the log: each time
    /// that they have doubled, so that a flood of messages does not become a flood of lines.
    pub(crate) fn add(&self, messages: u64) -> Option<u64> {
        let before = self.lost.fetch_add(messages, Ordering::Relaxed);
        let lost = before + messages;
        (before.checked_ilog2() != lost.checked_ilog2()).then_some(lost)
    }

    /// Counts a message that was denied. Returns how many there are, as [`add`](Self::add) does.
    pub(crate) fn add_denied(&self) -> Option<u64> {
        let denied = self.denied.fetch_add(1, Ordering::Relaxed) + 1;
        denied.is_power_of_two().then_some(denied)
    }
}
