use ockam_core::Address;

use super::address_bytes::address_bytes;
use super::counts::Counts;
use crate::quota::Share;

/// How many messages a worker of the peer may be sent before the peer has granted any.
pub(crate) const WINDOW_MESSAGES: u32 = 1024;

/// How many bytes of frames a worker of the peer may be sent before the peer has granted any. One more
/// message may exceed it, so that there is room for each, however large.
pub(crate) const WINDOW_BYTES: i64 = 4 * 1024 * 1024;

/// How many workers have an account of their own. When there are more, those that have the most
/// credit left are forgotten.
pub(super) const MAX_WORKERS: usize = 4096;

/// How many bytes the accounts take at most. If those that have little credit left take as many, other
/// workers are sent nothing until the peer has granted some.
const MAX_BYTES: usize = 1024 * 1024;

/// How much more one worker may be sent. Some is left as long as both are above zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct CreditLeft {
    pub(crate) messages: u32,
    pub(crate) bytes: i64,
}

/// How much a message needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Need {
    /// Nothing: the peer grants none, or is not known to do so.
    Nothing,
    /// Messages: the peer does not grant bytes.
    Messages,
    /// Messages and bytes.
    All,
}

/// How much more each worker of the peer may be sent.
///
/// A worker without an account has the whole window.
pub(super) struct Credit {
    left: Counts<Address, CreditLeft>,
    /// About how many bytes the accounts take, of those of all connections.
    share: Share,
    /// Whether there is no room for another account, until the peer has granted something.
    is_full: bool,
}

impl CreditLeft {
    const WINDOW: Self = Self {
        messages: WINDOW_MESSAGES,
        bytes: WINDOW_BYTES,
    };

    fn is_enough(self, need: Need) -> bool {
        match need {
            Need::Nothing => true,
            Need::Messages => self.messages > 0,
            Need::All => self.messages > 0 && self.bytes > 0,
        }
    }

    /// Tells whether at least half of the window is left.
    fn is_ample(self) -> bool {
        self.messages >= WINDOW_MESSAGES / 2 && self.bytes >= WINDOW_BYTES / 2
    }

    fn spend(&mut self, messages: u32, bytes: usize) {
        self.messages = self.messages.saturating_sub(messages);
        self.bytes = self.bytes.saturating_sub_unsigned(bytes as u64);
    }

    fn add(&mut self, messages: u32, bytes: u64) {
        self.messages = self.messages.saturating_add(messages).min(WINDOW_MESSAGES);
        self.bytes = self.bytes.saturating_add_unsigned(bytes).min(WINDOW_BYTES);
    }
}

impl Credit {
    pub(super) fn new(share: Share) -> Self {
        Self {
            left: Counts::default(),
            share,
            is_full: false,
        }
    }

    /// Tells whether a worker may be sent a message.
    pub(super) fn has_room(&self, to: &Address, need: Need) -> bool {
        match self.left.get(to) {
            Some(left) => left.is_enough(need),
            None => !self.is_full || need == Need::Nothing,
        }
    }

    /// Counts a message that is sent. Returns how much more may be sent, or `None` if there is no credit
    /// left. Its bytes are [added](Self::spend) when they are known.
    #[inline]
    pub(super) fn spend_one(&mut self, to: &Address, need: Need) -> Option<CreditLeft> {
        if let Some(left) = self.left.get_mut(to) {
            if !left.is_enough(need) {
                return None;
            }
            left.messages = left.messages.saturating_sub(1);
            return Some(*left);
        }
        if !self.begin(to) && need != Need::Nothing {
            return None;
        }
        self.spend(to, 1, 0);
        let mut left = CreditLeft::WINDOW;
        left.messages -= 1;
        Some(left)
    }

    /// Counts messages that are sent.
    pub(super) fn spend(&mut self, to: &Address, messages: u32, bytes: usize) {
        match self.left.get_mut(to) {
            Some(left) => left.spend(messages, bytes),
            None => {
                if self.begin(to) {
                    self.spend(to, messages, bytes);
                }
            }
        }
    }

    /// Adds what the peer has granted, or what was not sent after all. Tells whether there is room for
    /// another account because of that.
    pub(super) fn add(&mut self, to: &Address, messages: u32, bytes: u64) -> bool {
        let Some(left) = self.left.get_mut(to) else {
            return false;
        };
        let was_ample = left.is_ample();
        left.add(messages, bytes);
        let frees = self.is_full && !was_ample && left.is_ample();
        self.is_full &= !frees;
        frees
    }

    /// Begins an account with the whole window. Tells whether there is room for it.
    fn begin(&mut self, to: &Address) -> bool {
        if !self.make_room() {
            return false;
        }
        self.share.add(address_bytes([to]));
        self.left.insert(to.clone(), CreditLeft::WINDOW);
        true
    }

    /// Forgets the workers that have at least half of the window left. They may then be sent up to
    /// half a window too much, for which the peer has room. Tells whether there is room for one more.
    fn make_room(&mut self) -> bool {
        if self.left.len() < MAX_WORKERS && !self.is_too_much() {
            return true;
        }
        if !self.is_full {
            let mut bytes = 0;
            self.left.retain(|to, left| {
                let is_kept = !left.is_ample();
                bytes += if is_kept { address_bytes([to]) } else { 0 };
                is_kept
            });
            self.share.set(bytes);
            self.is_full = self.left.len() >= MAX_WORKERS || self.is_too_much();
        }
        !self.is_full
    }

    fn is_too_much(&self) -> bool {
        self.share.bytes() >= MAX_BYTES || self.share.is_too_much()
    }

    #[cfg(test)]
    pub(super) fn left(&self, to: &Address) -> CreditLeft {
        self.left.get(to).unwrap_or(CreditLeft::WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::super::owed_credit::OwedCredit;
    use super::*;
    use crate::quota::Quota;

    fn share() -> Share {
        Quota::new(usize::MAX).small_share()
    }

    fn credit() -> Credit {
        Credit::new(share())
    }

    #[test]
    fn a_window_is_spent_and_granted_again() {
        let (mut credit, mut owed) = (credit(), OwedCredit::new(share()));
        let worker = Address::from("worker");
        for _ in 0..WINDOW_MESSAGES {
            assert!(credit.spend_one(&worker, Need::All).is_some());
        }
        assert!(credit.spend_one(&worker, Need::All).is_none());
        assert!(!credit.has_room(&worker, Need::Messages));
        assert!(credit.has_room(&worker, Need::Nothing));
        assert!(credit.has_room(&Address::from("another"), Need::All));

        let mut granted = 0;
        for _ in 0..WINDOW_MESSAGES {
            for grant in owed.add(&worker, 1, 0) {
                granted += grant.messages;
                credit.add(&grant.to, grant.messages, grant.bytes);
            }
        }
        assert_eq!(granted, WINDOW_MESSAGES);
        assert_eq!(credit.left(&worker), CreditLeft::WINDOW);
    }

    #[test]
    fn bytes_are_credit_as_well() {
        const LARGE: usize = 3 * 1024 * 1024;
        let (mut credit, mut owed) = (credit(), OwedCredit::new(share()));
        let worker = Address::from("worker");
        for _ in 0..2 {
            assert!(credit.spend_one(&worker, Need::All).is_some());
            credit.spend(&worker, 0, LARGE);
        }
        assert!(credit.spend_one(&worker, Need::All).is_none());
        assert!(
            credit.has_room(&worker, Need::Messages),
            "of a peer that grants no bytes"
        );
        owed.add(&worker, 1, 0);
        for grant in owed.add(&worker, 0, LARGE as u64) {
            credit.add(&grant.to, grant.messages, grant.bytes);
        }
        assert!(credit.spend_one(&worker, Need::All).is_some());
    }

    #[test]
    fn the_accounts_are_bounded_and_nobody_starves() {
        let (mut credit, mut owed) = (credit(), OwedCredit::new(share()));
        for number in 0..10 * MAX_WORKERS {
            let worker = Address::from(format!("worker-{number}"));
            assert!(credit.spend_one(&worker, Need::All).is_some());
            for grant in owed.add(&worker, 1, 100) {
                credit.add(&grant.to, grant.messages, grant.bytes);
            }
        }
        assert!(credit.left.len() <= MAX_WORKERS && owed.workers() <= MAX_WORKERS);
        assert!(credit.left.take().all(|(_, left)| left.is_ample()));
    }

    #[test]
    fn a_peer_that_grants_nothing_does_not_make_the_accounts_grow() {
        let mut credit = credit();
        let mut workers = (0..).map(|number| Address::from(format!("{number:01000}")));
        let mut last = None;
        for worker in workers.by_ref().take(2 * MAX_BYTES / 1000) {
            if credit.spend_one(&worker, Need::All).is_none() {
                assert!(!credit.has_room(&worker, Need::All));
                continue;
            }
            credit.spend(&worker, WINDOW_MESSAGES / 2, 0);
            last = Some(worker);
        }
        assert!(credit.share.bytes() < MAX_BYTES + 2000);
        let another = workers.next().expect("there is no last one");
        assert!(!credit.has_room(&another, Need::All));
        assert!(credit.add(&last.expect("some had room"), WINDOW_MESSAGES, 0));
        assert!(credit.spend_one(&another, Need::All).is_some());
    }
}
