use ockam_core::Address;

use super::counts::Counts;
use crate::message::Grant;

/// How many messages a worker may be sent before its node has granted any.
pub(crate) const WINDOW: u32 = 1024;

/// How many a node takes in before it grants as many again: so few that the sender goes on meanwhile. With
/// half a window, both ends mostly waited for each other.
const BLOCK: u32 = WINDOW / 4;

/// How many workers are kept account of, before those with little on their account are settled.
const MANY: usize = 4096;

/// How many more messages the workers of the peer may be sent.
///
/// Whoever is not in the table has the whole [`WINDOW`].
#[derive(Default)]
pub(super) struct Credit {
    left: Counts<Address>,
}

impl Credit {
    /// Returns how many messages a worker may be sent.
    pub(super) fn left(&self, to: &Address) -> u32 {
        self.left.get(to).unwrap_or(WINDOW)
    }

    /// Counts messages that are sent.
    pub(super) fn spend(&mut self, to: &Address, messages: u32) {
        match self.left.get_mut(to) {
            Some(left) => *left = left.saturating_sub(messages),
            None => {
                self.make_room();
                self.left
                    .insert(to.clone(), WINDOW.saturating_sub(messages));
            }
        }
    }

    /// Adds what the peer has granted.
    pub(super) fn add(&mut self, grant: &Grant) {
        if let Some(left) = self.left.get_mut(&grant.to) {
            *left = left.saturating_add(grant.messages).min(WINDOW);
        }
    }

    /// Forgets the workers that have more than half of the window left. They may be sent so much more
    /// than the window, which the peer has to put up with.
    fn make_room(&mut self) {
        if self.left.len() >= MANY {
            self.left.retain(|_, left| left < WINDOW / 2);
        }
    }
}

/// How many messages of the peer were taken in, and not granted again.
#[derive(Default)]
pub(super) struct Debt {
    taken: Counts<Address>,
}

impl Debt {
    /// Counts messages that a worker has taken in, or that it will never get: few, or it would be
    /// granted too late. Returns what is to be granted now.
    pub(super) fn add(&mut self, to: &Address, messages: u32) -> Vec<Grant> {
        let Some(taken) = self.taken.get_mut(to) else {
            let settled = self.make_room();
            self.taken.insert(to.clone(), messages);
            return settled;
        };
        *taken += messages;
        if *taken < BLOCK {
            return Vec::new();
        }
        let messages = std::mem::take(taken);
        let to = to.clone();
        vec![Grant { to, messages }]
    }

    /// Grants to all, if too many are kept account of.
    fn make_room(&mut self) -> Vec<Grant> {
        if self.taken.len() < MANY {
            return Vec::new();
        }
        let taken = self.taken.take();
        let taken = taken.filter(|(_, messages)| *messages > 0);
        taken.map(|(to, messages)| Grant { to, messages }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_spent_and_granted_again() {
        let (mut credit, mut debt) = (Credit::default(), Debt::default());
        let worker = Address::from("worker");
        for _ in 0..WINDOW {
            assert!(credit.left(&worker) > 0);
            credit.spend(&worker, 1);
        }
        assert_eq!(credit.left(&worker), 0);
        assert_eq!(credit.left(&Address::from("another")), WINDOW);

        let mut granted = 0;
        for _ in 0..WINDOW {
            for grant in debt.add(&worker, 1) {
                granted += grant.messages;
                credit.add(&grant);
            }
        }
        assert_eq!(granted, WINDOW);
        assert_eq!(credit.left(&worker), WINDOW);
    }

    #[test]
    fn the_accounts_are_bounded_and_nobody_starves() {
        let (mut credit, mut debt) = (Credit::default(), Debt::default());
        for number in 0..10 * MANY {
            let worker = Address::from(format!("worker-{number}"));
            credit.spend(&worker, 1);
            for grant in debt.add(&worker, 1) {
                credit.add(&grant);
            }
        }
        assert!(credit.left.len() <= MANY && debt.taken.len() <= MANY);
        assert!(credit.left.take().all(|(_, left)| left >= WINDOW / 2));
    }
}
