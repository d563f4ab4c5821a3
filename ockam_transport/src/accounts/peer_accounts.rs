use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ockam_core::{Address, Route};

use super::acknowledged::{Acknowledged, Unsound};
use super::address_map::AddressMap;
use super::credit::Credit;
use super::lost_messages::LostMessages;
use super::owed_credit::OwedCredit;
use super::peer_kind::{PeerCell, PeerKind};
use super::pending_asks::{PendingAsk, PendingAsks};
use super::queued_reports::{QueuedReports, has_room_for_report};
use super::return_paths::ReturnPaths;
use super::taken_in::TakenIn;
use crate::lock::lock;
use crate::message::Grant;

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
    pub(super) acknowledged: Acknowledged,
    pub(crate) taken_in: TakenIn,
    pub(crate) lost: LostMessages,
}

impl PeerAccounts {
    pub(crate) fn new() -> Self {
        Self {
            peer: PeerCell::new(),
            credit: Mutex::default(),
            asks: Mutex::default(),
            pending: AtomicUsize::new(0),
            paths: Mutex::default(),
            owed: Mutex::default(),
            acknowledged: Acknowledged::default(),
            taken_in: TakenIn::default(),
            lost: LostMessages::default(),
        }
    }

    /// Begins with a new stream: its peer is not known yet, and what was granted before is forgotten.
    pub(crate) fn restart(&self) {
        self.peer.reset();
        self.taken_in.restart();
        *lock(&self.credit) = Credit::default();
        *lock(&self.owed) = OwedCredit::default();
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

    /// Adds the credit that the peer grants. Tells whether there is any, which senders may wait for.
    pub(crate) fn add_credit(&self, grants: &[Grant]) -> bool {
        if grants.is_empty() {
            return false;
        }
        let mut credit = lock(&self.credit);
        for grant in grants {
            credit.add(&grant.to, grant.messages);
        }
        true
    }

    /// Counts messages that a worker has handled, or will never get. Returns what the peer is to be
    /// granted.
    pub(crate) fn owe(&self, to: &Address, messages: u32) -> Vec<Grant> {
        match self.is_ours() {
            true => lock(&self.owed).add(to, messages),
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

    /// Tells whether a message may come back by a path that another one has left.
    pub(crate) fn admit_return(&self, onward: &Route) -> bool {
        lock(&self.paths).admit(onward)
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
