use ockam_core::Address;

use super::counts::Counts;

/// How many messages a worker of the peer may be sent before the peer has granted any.
pub(crate) const WINDOW_MESSAGES: u32 = 1024;

/// How many workers have an account of their own. When there are more, those that have the most
/// credit left are forgotten.
pub(super) const MAX_WORKERS: usize = 4096;

/// How many more messages each worker of the peer may be sent.
///
/// A worker without an account has the whole window. There are at most [`MAX_WORKERS`] accounts, and one
/// more for each half window of messages that the peer has been sent and has not granted again.
#[derive(Default)]
pub(super) struct Credit {
    left: Counts<Address>,
}

impl Credit {
    /// Returns how many messages a worker may be sent.
    pub(super) fn left(&self, to: &Address) -> u32 {
        self.left.get(to).unwrap_or(WINDOW_MESSAGES)
    }

    /// Counts a message that is sent. Returns how many more may be sent, or `None` if there is no
    /// credit left, and messages `need` it.
    #[inline]
    pub(super) fn spend_one(&mut self, to: &Address, need: bool) -> Option<u32> {
        match self.left.get_mut(to) {
            Some(0) if need => None,
            Some(left) => {
                *left = left.saturating_sub(1);
                Some(*left)
            }
            None => {
                self.spend(to, 1);
                Some(WINDOW_MESSAGES - 1)
            }
        }
    }

    /// Counts messages that are sent.
    pub(super) fn spend(&mut self, to: &Address, messages: u32) {
        match self.left.get_mut(to) {
            Some(left) => *left = left.saturating_sub(messages),
            None => {
                self.make_room();
                let left = WINDOW_MESSAGES.saturating_sub(messages);
                self.left.insert(to.clone(), left);
            }
        }
    }

    /// Adds what the peer has granted, or what was not sent after all.
    pub(super) fn add(&mut self, to: &Address, messages: u32) {
        if let Some(left) = self.left.get_mut(to) {
            *left = left.saturating_add(messages).min(WINDOW_MESSAGES);
        }
    }

    /// Forgets the workers that have at least half of the window left. They may then be sent up to
    /// half a window too much, for which the peer has room.
    fn make_room(&mut self) {
        if self.left.len() >= MAX_WORKERS {
            self.left.retain(|_, left| left < WINDOW_MESSAGES / 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::owed_credit::OwedCredit;
    use super::*;

    #[test]
    fn a_window_is_spent_and_granted_again() {
        let (mut credit, mut owed) = (Credit::default(), OwedCredit::default());
        let worker = Address::from("worker");
        for _ in 0..WINDOW_MESSAGES {
            assert!(credit.left(&worker) > 0);
            credit.spend(&worker, 1);
        }
        assert_eq!(credit.left(&worker), 0);
        assert_eq!(credit.left(&Address::from("another")), WINDOW_MESSAGES);

        let mut granted = 0;
        for _ in 0..WINDOW_MESSAGES {
            for grant in owed.add(&worker, 1) {
                granted += grant.messages;
                credit.add(&grant.to, grant.messages);
            }
        }
        assert_eq!(granted, WINDOW_MESSAGES);
        assert_eq!(credit.left(&worker), WINDOW_MESSAGES);
    }

    #[test]
    fn the_accounts_are_bounded_and_nobody_starves() {
        let (mut credit, mut owed) = (Credit::default(), OwedCredit::default());
        for number in 0..10 * MAX_WORKERS {
            let worker = Address::from(format!("worker-{number}"));
            credit.spend(&worker, 1);
            for grant in owed.add(&worker, 1) {
                credit.add(&grant.to, grant.messages);
            }
        }
        assert!(credit.left.len() <= MAX_WORKERS && owed.workers() <= MAX_WORKERS);
        assert!(
            credit
                .left
                .take()
                .all(|(_, left)| left >= WINDOW_MESSAGES / 2)
        );
    }
}
