use ockam_core::Address;

use super::address_bytes::address_bytes;
use super::counts::Counts;
use super::credit::{MAX_WORKERS, WINDOW_BYTES, WINDOW_MESSAGES};
use crate::message::Grant;
use crate::quota::Share;

/// How many messages a worker takes in before the peer is granted as many again. With a quarter of the
/// window the sender goes on meanwhile; with half of it, both ends mostly waited for each other.
const GRANT_EVERY_MESSAGES: u32 = WINDOW_MESSAGES / 4;

/// How many bytes a worker handles before the peer is granted as many again.
const GRANT_EVERY_BYTES: u64 = WINDOW_BYTES as u64 / 4;

/// How many bytes the accounts take at most. Peers choose how long the addresses are.
const MAX_BYTES: usize = 256 * 1024;

/// How much of the peer's each worker has taken in and handled, without the peer having been granted as
/// much again.
///
/// At most [`MAX_WORKERS`] workers have an account, which together take at most [`MAX_BYTES`]. When there
/// are more, all are granted what they are owed.
pub(super) struct OwedCredit {
    owed: Counts<Address, Owed>,
    /// About how many bytes the accounts take, of those of all connections.
    share: Share,
}

#[derive(Clone, Copy, Default)]
struct Owed {
    messages: u32,
    bytes: u64,
}

impl OwedCredit {
    pub(super) fn new(share: Share) -> Self {
        Self {
            owed: Counts::default(),
            share,
        }
    }

    /// Counts messages that a worker has taken in, and bytes of messages that it has handled, or of what
    /// it will never get. They have to be few at a time, or else they are granted too late. Returns what
    /// is to be granted now.
    pub(super) fn add(&mut self, to: &Address, messages: u32, bytes: u64) -> Vec<Grant> {
        let mut granted = Vec::new();
        if self.owed.get_mut(to).is_none() {
            granted = self.make_room();
            self.share.add(address_bytes([to]));
            self.owed.insert(to.clone(), Owed::default());
        }
        if let Some(owed) = self.owed.get_mut(to) {
            owed.messages = owed.messages.saturating_add(messages);
            owed.bytes = owed.bytes.saturating_add(bytes);
            if owed.messages >= GRANT_EVERY_MESSAGES || owed.bytes >= GRANT_EVERY_BYTES {
                granted.push(std::mem::take(owed).grant(to.clone()));
            }
        }
        granted
    }

    /// Grants everything if there are too many accounts.
    fn make_room(&mut self) -> Vec<Grant> {
        let is_too_much = self.share.bytes() >= MAX_BYTES || self.share.is_too_much();
        if self.owed.len() < MAX_WORKERS && !is_too_much {
            return Vec::new();
        }
        self.share.set(0);
        let owed = self.owed.take();
        let owed = owed.filter(|(_, owed)| owed.messages > 0 || owed.bytes > 0);
        owed.map(|(to, owed)| owed.grant(to)).collect()
    }

    /// Returns how many workers have an account.
    #[cfg(test)]
    pub(super) fn workers(&self) -> usize {
        self.owed.len()
    }
}

impl Owed {
    fn grant(self, to: Address) -> Grant {
        Grant {
            to,
            messages: self.messages,
            bytes: self.bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quota::Quota;

    #[test]
    fn long_addresses_are_bounded_as_well() {
        let mut owed = OwedCredit::new(Quota::new(usize::MAX).small_share());
        let mut granted = 0;
        for number in 0..10_000 {
            granted += owed
                .add(&Address::from(format!("{number:01000}")), 1, 1)
                .len();
            assert!(owed.share.bytes() < MAX_BYTES + 2_000);
        }
        assert!(granted > 9_000, "{granted}");
    }
}
