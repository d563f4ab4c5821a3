use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ockam_core::reply::WeakReplyTo;
use ockam_core::{Address, Route};

use super::acknowledged::{Acknowledged, Unsound};
use super::address_map::AddressMap;
use super::credit::Credit;
use super::lost_messages::LostMessages;
use super::open_questions::{OpenQuestions, Reserved, ReservedId};
use super::owed_credit::OwedCredit;
use super::peer_kind::{PeerCell, PeerKind};
use super::pending_asks::{PendingAsk, PendingAsks};
use super::queued_reports::{QueuedReports, has_room_for_report};
use super::return_paths::ReturnPaths;
use super::taken_in::TakenIn;
use super::unsent::Unsent;
use crate::lock::lock;
use crate::message::Grant;
use crate::quota::Quota;

/// The accounts that sending to a peer and receiving from it share.
///
/// Each account has a lock of its own, which is held for one lookup, or is made of atomics.
pub(crate) struct PeerAccounts {
    peer: PeerCell,
    pub(super) credit: Mutex<Credit>,
    asks: Mutex<PendingAsks>,
    /// How many asks are pending. Most messages answer none, and need no lock to see that.
    pending: AtomicUsize,
    pub(super) paths: Mutex<ReturnPaths>,
    owed: Mutex<OwedCredit>,
    questions: OpenQuestions,
    /// How many bytes of messages wait to be sent to the peer.
    pub(crate) unsent: Unsent,
    pub(super) acknowledged: Acknowledged,
    pub(crate) taken_in: TakenIn,
    pub(crate) lost: LostMessages,
    /// What the accounts of all connections take.
    pub(super) of_all: Arc<Quota>,
}

impl PeerAccounts {
    /// Creates the accounts of a connection, which take a part of what those of all may.
    pub(crate) fn new(all: &Arc<Quota>) -> Self {
        Self {
            peer: PeerCell::new(),
            credit: Mutex::new(Credit::new(all.small_share())),
            asks: Mutex::new(PendingAsks::new(all.small_share())),
            pending: AtomicUsize::new(0),
            paths: Mutex::new(ReturnPaths::new(all.small_share())),
            owed: Mutex::new(OwedCredit::new(all.small_share())),
            questions: OpenQuestions::new(all.small_share()),
            unsent: Unsent::default(),
            of_all: all.clone(),
            acknowledged: Acknowledged::default(),
            taken_in: TakenIn::default(),
            lost: LostMessages::default(),
        }
    }

    /// Begins with a new stream: its peer is not known yet, and what was granted before is forgotten.
    ///
    /// If the peer has not greeted on the stream before, nothing was sent on it. What is queued then has
    /// spent its credit already, and there is no more.
    pub(crate) fn restart(&self, was_greeted: bool) {
        self.peer.reset();
        self.taken_in.restart();
        if was_greeted {
            self.renew_credit();
        }
        *lock(&self.owed) = OwedCredit::new(self.of_all.small_share());
    }

    /// Gives each worker of the peer the whole window, as nothing is queued or on its way.
    pub(super) fn renew_credit(&self) {
        *lock(&self.credit) = Credit::new(self.of_all.small_share());
    }

    /// Returns what is known of the peer.
    #[inline]
    pub(crate) fn peer(&self) -> PeerKind {
        self.peer.get()
    }

    /// Tells whether the peer is a node of this framework.
    #[inline]
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self.peer(), PeerKind::Ours(_))
    }

    /// Notes the version of the extension that a frame of the peer has, if it has one. Tells whether that
    /// says something new of the peer, which senders may wait for.
    pub(crate) fn note_frame(&self, version: Option<u64>) -> bool {
        self.peer.note_frame(version)
    }

    /// Takes a peer that has not said anything to be one of upstream. Tells whether it was unknown.
    pub(crate) fn presume_upstream(&self) -> bool {
        self.peer.presume_upstream()
    }

    /// Adds the credit that the peer grants. Tells whether there may be room for other workers because
    /// of that.
    pub(crate) fn add_credit(&self, grants: &[Grant]) -> bool {
        // Most frames grant nothing.
        if grants.is_empty() {
            return false;
        }
        let mut credit = lock(&self.credit);
        let added = grants
            .iter()
            .map(|grant| credit.add(&grant.to, grant.messages, grant.bytes));
        added.fold(false, |frees, one| frees | one)
    }

    /// Counts messages that a worker has taken in, and bytes of messages that it has handled, or will never
    /// get. Returns what the peer is to be granted.
    pub(crate) fn owe(&self, to: &Address, messages: u32, bytes: u64) -> Vec<Grant> {
        match self.is_ours() {
            true => lock(&self.owed).add(to, messages, bytes),
            false => Vec::new(),
        }
    }

    /// Notes how many messages the peer has acknowledged. Tells whether senders may wait for it.
    ///
    /// # Errors
    ///
    /// If the peer can't have taken in as many. The stream is of no use then.
    pub(crate) fn acknowledge(&self, count: u64) -> Result<bool, Unsound> {
        self.acknowledged.acknowledge(count)
    }

    /// Returns how many messages the peer has yet to acknowledge.
    pub(crate) fn unacknowledged(&self) -> u64 {
        match self.peer().acknowledges() {
            true => self.acknowledged.missing(),
            false => 0,
        }
    }

    /// Returns how many questions to the peer wait for an answer.
    pub(crate) fn pending_asks(&self) -> usize {
        self.pending.load(Ordering::Acquire)
    }

    /// Reserves room for the report that a question of the peer failed, unless too many are open.
    pub(crate) fn reserve_report(&self, back: &Route) -> Option<Reserved> {
        self.questions.reserve(back)
    }

    /// Notes a question of the peer, for whose report room is reserved.
    pub(crate) fn note_question(&self, reserved: &ReservedId, asker: Address, ask: WeakReplyTo) {
        self.questions.note(reserved, asker, ask);
    }

    /// Ends a question of the peer, for whose answer nobody waits any more, if it is open.
    pub(crate) fn cancel_question(&self, back: &Route, is_over: bool) {
        self.questions.cancel(back, is_over);
    }

    /// Ends all questions of the peer that are open: it has no connection to hear the answers.
    pub(crate) fn cancel_questions(&self) {
        self.questions.cancel_all();
    }

    /// Returns the way back of a question to the peer for whose answer nobody waits any more, and whether its
    /// time is over.
    pub(crate) fn way_back_of_ended(&self, asker: &Address) -> Option<(Route, bool)> {
        self.with_asks(|asks| asks.way_back_of_ended(asker))
    }

    /// Tells whether there may be one more report beside those that are queued.
    pub(crate) fn has_room_for_report(&self, queued: &QueuedReports) -> bool {
        has_room_for_report(&self.acknowledged, queued)
    }

    /// Removes and returns the ask that a message answers, if its route is the way back that a
    /// question has left.
    pub(crate) fn take_ask(&self, onward: &Route) -> Option<PendingAsk> {
        // The question was noted before it left, so its answer finds it.
        if onward.is_empty() || self.pending.load(Ordering::Acquire) == 0 {
            return None;
        }
        self.with_asks(|asks| asks.take_one(onward))
    }

    /// Tells whether a message that comes from the end of `return_route` may come back by a path that
    /// another one has left.
    pub(crate) fn admit_return(&self, onward: &Route, return_route: &Route) -> bool {
        let mut paths = lock(&self.paths);
        match self.peer() {
            PeerKind::Upstream => paths.admit_by_upstream(onward, return_route),
            _ => paths.admit(onward, return_route),
        }
    }

    /// Tells whether the report of a failure may come back by a path that a message has left.
    pub(crate) fn admit_report(&self, onward: &Route) -> bool {
        lock(&self.paths).admit_report(onward)
    }

    /// Forgets asks that have ended, and those whose origin is gone. Tells whether there were any. It
    /// does nothing if it was called just before.
    #[cold]
    pub(crate) fn forget_ended_asks(&self, is_gone: impl Fn(&Address) -> bool) -> bool {
        let Some(origins) = self.with_asks(PendingAsks::look) else {
            return false;
        };
        let gone = origins.into_iter().filter(is_gone);
        let gone: AddressMap<()> = gone.map(|origin| (origin, ())).collect();
        let forgotten = self.with_asks(|asks| asks.take_ended(&gone));
        !forgotten.is_empty()
    }

    pub(super) fn with_asks<T>(&self, change: impl FnOnce(&mut PendingAsks) -> T) -> T {
        let mut asks = lock(&self.asks);
        let changed = change(&mut asks);
        self.pending.store(asks.len(), Ordering::Release);
        changed
    }
}
