use ockam_core::{Address, Route};

use super::askers::Waiting;
use super::credit::Credit;
use super::ledger::Ledger;
use super::returns::{Returns, asker_of};

/// What is noted of the messages that are queued.
#[derive(Default)]
pub(super) struct Books {
    /// How many more the workers of the peer may be sent.
    pub(super) credit: Credit,
    /// Who may answer them.
    pub(super) returns: Returns,
    /// Whose they are, among the frames or under way.
    pub(super) ledger: Ledger,
}

impl Books {
    /// Tells whether a message to `onward` may be sent to a peer that grants credit and acknowledges.
    pub(super) fn allow(&self, onward: &[Address]) -> bool {
        !self.ledger.is_full() && self.left(onward) > 0
    }

    /// Returns how many more messages may be sent to `onward`, as far as credit goes.
    pub(super) fn left(&self, onward: &[Address]) -> u32 {
        debtor(onward).map_or(u32::MAX, |to| self.credit.left(to))
    }

    /// Notes a message, for which the peer grants credit if it `is_ours`. Of a question it is said from
    /// which connection it comes, if from any. Returns what is to be dropped behind the lock.
    pub(super) fn note(
        &mut self,
        onward: &[Address],
        return_route: &Route,
        origin: Option<&Address>,
        is_ours: bool,
    ) -> Vec<Waiting> {
        if let (Some(to), true) = (debtor(onward), is_ours) {
            self.credit.spend(to, 1);
        }
        let is_answer = is_answer(onward);
        // An asker hears of a loss as of whatever else ends an ask, and so does the one whom an answer
        // does not reach.
        let is_told = !is_answer && asker_of(return_route).is_none();
        self.ledger.add(onward, return_route, is_told);
        // An answer is not to be answered in turn: its sender is not to be reached by it.
        match is_answer {
            true => Vec::new(),
            false => self.returns.note(onward, return_route, origin),
        }
    }

    /// Notes messages that have followed the last one, and were the same but for their bodies: no questions,
    /// and no answers.
    pub(super) fn note_more(&mut self, onward: &[Address], return_route: &Route, messages: u32) {
        if let Some(to) = debtor(onward) {
            self.credit.spend(to, messages);
        }
        self.ledger.add_more(messages);
        self.returns.note_more(return_route, messages);
    }
}

/// Tells whether a message is for somebody who has asked.
fn is_answer(onward: &[Address]) -> bool {
    onward.last().is_some_and(|to| to.replier().is_some())
}

/// Returns the worker of the peer on whose account a message goes. An answer goes on nobody's: it was
/// asked for.
fn debtor(onward: &[Address]) -> Option<&Address> {
    onward.first().filter(|to| to.replier().is_none())
}
