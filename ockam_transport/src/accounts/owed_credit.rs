use std::mem;

use ockam_core::Address;

use super::counts::Counts;
use super::credit::{MAX_WORKERS, WINDOW_MESSAGES};
use crate::message::Grant;

/// How many messages a worker takes in before the peer is granted as many again. With a quarter of the
/// window the sender goes on meanwhile; with half of it, both ends mostly waited for each other.
const GRANT_EVERY_MESSAGES: u32 = WINDOW_MESSAGES / 4;

/// How many messages of the peer each worker has taken in, without the peer having been granted as
/// many again.
///
/// At most [`MAX_WORKERS`] workers have an account. When there are more, all are granted what they
/// are owed.
#[derive(Default)]
pub(super) struct OwedCredit {
    taken: Counts<Address>,
}

impl OwedCredit {
    /// Counts messages that a worker has taken in, or will never get. They have to be few at a time,
    /// or else they are granted too late. Returns what is to be granted now.
    pub(super) fn add(&mut self, to: &Address, messages: u32) -> Vec<Grant> {
        let Some(taken) = self.taken.get_mut(to) else {
            let granted = self.make_room();
            self.taken.insert(to.clone(), messages);
            return granted;
        };
        *taken += messages;
        if *taken < GRANT_EVERY_MESSAGES {
            return Vec::new();
        }
        let messages = mem::take(taken);
        let to = to.clone();
        vec![Grant { to, messages }]
    }

    /// Grants everything if there are too many accounts.
    fn make_room(&mut self) -> Vec<Grant> {
        if self.taken.len() < MAX_WORKERS {
            return Vec::new();
        }
        let taken = self.taken.take();
        let taken = taken.filter(|(_, messages)| *messages > 0);
        taken.map(|(to, messages)| Grant { to, messages }).collect()
    }

    /// Returns how many workers have an account.
    #[cfg(test)]
    pub(super) fn workers(&self) -> usize {
        self.taken.len()
    }
}
