use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam_core::Address;

use crate::lock::lock;

/// How many messages of the peer were lost without the peer hearing of it, or were denied.
#[derive(Default)]
pub(crate) struct LostMessages {
    lost: AtomicU64,
    /// How many of the peer's messages were for what is not exposed.
    denied: AtomicU64,
    /// The first addresses that were denied, each of which has a line in the log.
    denied_addresses: Mutex<Vec<Address>>,
}

/// How many addresses of a connection have a line in the log of their own when they are denied. Whoever
/// forgot to expose one is told; a peer that tries many fills no log.
const MAX_DENIED_ADDRESSES: usize = 16;

impl LostMessages {
    /// Counts lost messages. Returns how many there are if that is worth a line in the log: each time
    /// that they have doubled, so that a flood of messages does not become a flood of lines.
    pub(crate) fn add(&self, messages: u64) -> Option<u64> {
        let before = self.lost.fetch_add(messages, Ordering::Relaxed);
        let lost = before + messages;
        (before.checked_ilog2() != lost.checked_ilog2()).then_some(lost)
    }

    /// Counts a message that was denied, to an address if it had one. Returns how many there are if that is
    /// worth a line in the log: the first time for an address, and as [`add`](Self::add) does.
    pub(crate) fn add_denied(&self, to: Option<&Address>) -> Option<u64> {
        let denied = self.denied.fetch_add(1, Ordering::Relaxed) + 1;
        let is_new = to.is_some_and(|to| {
            let mut addresses = lock(&self.denied_addresses);
            let is_new = addresses.len() < MAX_DENIED_ADDRESSES && !addresses.contains(to);
            if is_new {
                addresses.push(to.clone());
            }
            is_new
        });
        (is_new || denied.is_power_of_two()).then_some(denied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_a_few_addresses_has_a_line_and_a_flood_has_few() {
        let lost = LostMessages::default();
        let (one, two) = (Address::from("one"), Address::from("two"));
        let lines = [&one, &one, &one, &two].map(|to| lost.add_denied(Some(to)).is_some());
        assert_eq!(lines, [true, true, false, true]);
        let addresses = (0..10_000).map(|number| Address::from(number.to_string()));
        let lines = addresses.filter(|to| lost.add_denied(Some(to)).is_some());
        assert!(lines.count() < 30);
    }
}
