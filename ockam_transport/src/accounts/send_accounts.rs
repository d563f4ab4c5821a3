use std::collections::VecDeque;
use std::sync::Arc;

use ockam_core::{Address, Hops, Route};

use super::asker::{credited, is_answer};
use super::credit::{CreditLeft, Need};
use super::in_flight::InFlight;
use super::in_flight_group::InFlightGroup;
use super::peer_accounts::PeerAccounts;
use super::peer_kind::PeerKind;
use super::pending_asks::{PendingAsk, Question};
use super::queued_reports::QueuedReports;
use crate::lock::lock;

/// The accounts of the messages that a link sends. They are under the same lock as its queue.
pub(crate) struct SendAccounts {
    peer: Arc<PeerAccounts>,
    in_flight: InFlight,
    /// The number of the last question.
    last_ask: u64,
    /// The number of the last question that has been given to a stream.
    last_given_ask: u64,
}

/// Why a message is not to be queued.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NoRoom {
    /// The worker has no credit, or the peer has to acknowledge some messages first.
    ForMessage,
    /// It is a question, and too many wait for an answer.
    ForAsk,
}

/// A question that was taken out of the queue.
pub(crate) struct Withdrawn {
    /// How many messages were queued before it.
    pub(crate) position: u64,
    /// How many bytes its frame had.
    pub(crate) bytes: usize,
    pub(crate) to: Address,
}

/// What was not sent when a link ends.
pub(crate) struct NotSent {
    pub(crate) messages: VecDeque<InFlightGroup>,
    /// Asks whose question was given to a stream.
    pub(crate) given_asks: Vec<PendingAsk>,
    /// Asks whose question was not.
    pub(crate) queued_asks: Vec<PendingAsk>,
}

impl SendAccounts {
    pub(crate) fn new(peer: Arc<PeerAccounts>) -> Self {
        Self {
            in_flight: InFlight::new(peer.of_all.small_share()),
            peer,
            last_ask: 0,
            last_given_ask: 0,
        }
    }

    /// Returns how many messages are queued.
    pub(crate) fn queued(&self) -> u64 {
        self.in_flight.queued()
    }

    /// Returns the number of the last question.
    pub(crate) fn last_ask(&self) -> u64 {
        self.last_ask
    }

    /// Removes and returns the asks whose questions are queued and that have ended. Also returns the numbers
    /// of those that have not, in order.
    pub(crate) fn take_ended_questions(&self) -> (Vec<PendingAsk>, Vec<u64>) {
        self.peer
            .with_asks(|asks| asks.take_ended_after(self.last_given_ask))
    }

    /// Notes that questions were taken out of the queue, which are in order.
    pub(crate) fn withdraw(&mut self, withdrawn: &[Withdrawn]) {
        self.in_flight
            .withdraw(withdrawn.iter().map(|question| question.position));
        let mut credit = lock(&self.peer.credit);
        for Withdrawn { to, bytes, .. } in withdrawn {
            credit.add(to, 1, *bytes as u64);
        }
    }

    /// Notes how many bytes of messages wait to be sent.
    pub(crate) fn set_unsent(&self, bytes: usize) {
        self.peer.unsent.set(bytes);
    }

    /// Returns what is known of the peer.
    #[inline]
    pub(crate) fn peer(&self) -> PeerKind {
        self.peer.peer()
    }

    /// Tells whether so much is under way that the peer has to acknowledge some messages first.
    pub(crate) fn has_to_wait(&mut self) -> bool {
        self.peer().acknowledges() && self.is_full()
    }

    /// Returns the worker that has no credit left for a message to `onward`, if that is so.
    pub(crate) fn without_credit<'a>(&self, onward: Hops<'a>) -> Option<&'a Address> {
        let need = self.need();
        credited(onward).filter(|to| !lock(&self.peer.credit).has_room(to, need))
    }

    fn need(&self) -> Need {
        let peer = self.peer();
        match (peer.acknowledges(), peer.weighs()) {
            (false, _) => Need::Nothing,
            (true, false) => Need::Messages,
            (true, true) => Need::All,
        }
    }

    /// Spends credit on a message to `onward`. Returns how much more may follow it to the same worker.
    ///
    /// # Errors
    ///
    /// [`NoRoom::ForMessage`] if there is no room.
    pub(crate) fn reserve(&mut self, onward: Hops<'_>) -> Result<CreditLeft, NoRoom> {
        let peer = self.peer();
        if peer.acknowledges() && self.is_full() {
            return Err(NoRoom::ForMessage);
        }
        let unlimited = CreditLeft {
            messages: u32::MAX,
            bytes: i64::MAX,
        };
        let Some(to) = credited(onward).filter(|_| peer.may_understand()) else {
            return Ok(unlimited);
        };
        let spent = lock(&self.peer.credit).spend_one(to, self.need());
        let left = spent.ok_or(NoRoom::ForMessage)?;
        let bytes = if peer.weighs() { left.bytes } else { i64::MAX };
        Ok(CreditLeft { bytes, ..left })
    }

    /// Spends the bytes of a message for which there was [room](Self::reserve).
    pub(crate) fn weigh(&mut self, onward: Hops<'_>, bytes: usize) {
        let may_understand = self.peer().may_understand();
        if let Some(to) = credited(onward).filter(|_| may_understand) {
            lock(&self.peer.credit).spend(to, 0, bytes);
        }
    }

    /// Gives back what was spent on a message that is not sent after all.
    #[cold]
    pub(crate) fn cancel(&mut self, onward: Hops<'_>) {
        if let Some(to) = credited(onward) {
            lock(&self.peer.credit).add(to, 1, 0);
        }
    }

    /// Notes a message that is queued. `origin` is the connection that a question comes from, if any.
    /// Returns asks that are removed for it, which are to be dropped without a lock.
    ///
    /// # Errors
    ///
    /// [`NoRoom::ForAsk`]
    pub(crate) fn note(
        &mut self,
        onward: Hops<'_>,
        return_route: &Route,
        origin: Option<&Address>,
    ) -> Result<Vec<PendingAsk>, NoRoom> {
        let is_answer = is_answer(onward);
        let asker = return_route.reply_to();
        // Nobody is told when an answer or a question is lost: an answer can't be answered, and the loss
        // of a question ends the ask.
        let is_told = !is_answer && asker.is_none();
        let mut removed = Vec::new();
        if let (Some(asker), Some(to), false) = (asker, onward.addresses().first(), is_answer) {
            let question = Question {
                number: self.last_ask + 1,
                asker,
                to,
                by: return_route.as_slice(),
                origin,
            };
            let added = self.peer.with_asks(|asks| {
                let has_room = asks.has_room(origin);
                has_room.then(|| asks.add(&question))
            });
            removed = added.ok_or(NoRoom::ForAsk)?;
            self.last_ask += 1;
        }
        self.in_flight.add(onward, return_route, is_told);
        Ok(removed)
    }

    /// Notes messages that have followed the last one and differ from it in their bodies only. They are
    /// no questions and no answers.
    pub(crate) fn note_more(&mut self, onward: Hops<'_>, messages: u32, bytes: usize) {
        if let Some(to) = credited(onward) {
            lock(&self.peer.credit).spend(to, messages, bytes);
        }
        self.in_flight.add_more(messages);
    }

    /// Notes that the stream has written all that it was given.
    pub(crate) fn write(&mut self) {
        self.in_flight.write();
        self.release();
    }

    /// Notes that the stream is about to be given all that is queued, and `reports` behind it. From
    /// now on, it may be answered.
    pub(crate) fn give(&mut self, reports: QueuedReports) {
        self.last_given_ask = self.last_ask;
        self.note_paths();
        let given = self.in_flight.give(reports);
        self.peer.acknowledged.set_given(given);
    }

    fn note_paths(&self) {
        let mut queued = self.in_flight.queued_paths().peekable();
        // Questions and answers have none, so that an ask needs no lock here.
        if queued.peek().is_some() {
            let mut paths = lock(&self.peer.paths);
            queued.for_each(|(path, hop, messages)| paths.note(path, hop, messages));
        }
    }

    /// Ends a stream, from which nothing is received any more. Returns the messages that the peer may
    /// have got, and the asks that it may have been about to answer.
    pub(crate) fn take_in_doubt(&mut self) -> (VecDeque<InFlightGroup>, Vec<PendingAsk>) {
        self.release();
        let in_doubt = self.in_flight.take_under_way();
        self.peer.acknowledged.restart();
        (in_doubt, self.take_asks(self.last_given_ask))
    }

    /// Takes back all that is queued while there is no stream. Returns what is not sent.
    pub(crate) fn take_queued(&mut self) -> NotSent {
        self.peer.renew_credit();
        NotSent {
            messages: self.in_flight.take_queued(),
            given_asks: self.take_asks(self.last_given_ask),
            queued_asks: self.take_asks(u64::MAX),
        }
    }

    /// Returns how many messages the peer has acknowledged, if senders wait for it to acknowledge more.
    pub(crate) fn awaited_acknowledgement(&mut self) -> Option<u64> {
        let is_awaited = self.peer().acknowledges() && self.is_full();
        is_awaited.then(|| self.peer.acknowledged.count())
    }

    fn take_asks(&self, up_to: u64) -> Vec<PendingAsk> {
        self.peer.with_asks(|asks| asks.take_up_to(up_to))
    }

    /// Tells whether the peer has to acknowledge some messages before there may be more.
    fn is_full(&mut self) -> bool {
        // What the peer has acknowledged is released only when it matters.
        if self.in_flight.is_full() {
            self.in_flight.release(self.peer.acknowledged.count());
        }
        if self.in_flight.is_full() {
            let count = self.peer.acknowledged.count_and_await();
            self.in_flight.release(count);
        }
        self.in_flight.is_full()
    }

    fn release(&mut self) {
        self.in_flight.release(self.peer.acknowledged.count());
        if !self.peer().acknowledges() {
            self.in_flight.release_written();
        }
    }

    #[cfg(test)]
    pub(crate) fn credit(&self, to: &Address) -> u32 {
        lock(&self.peer.credit).left(to).messages
    }
}
