use std::any::type_name;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};

use ockam_core::{Any, DownReason, Error, ErrorKind, Message, Result, Routed};
use tokio::sync::Notify;

use super::member::Member;
use super::members::Members;
use super::policy::{Delivery, OnFull, Policy};
use crate::delivery::any_endpoint::AnyEndpoint;
use crate::delivery::watchers::Watch;
use crate::log;
use crate::send_error::SendError;

/// A group of members that take messages of type `M`.
pub(crate) struct GroupEndpoint<M> {
    this: Weak<Self>,
    /// The endpoint of the worker that has the address of the group.
    pub(super) owner: Arc<dyn AnyEndpoint>,
    pub(super) policy: Policy<M>,
    pub(super) on_full: OnFull,
    members: RwLock<Members>,
    /// Told of every change of the members.
    pub(super) changed: Notify,
    /// Whose turn it is.
    turn: AtomicUsize,
    skipped: AtomicU64,
    is_closed: AtomicBool,
}

impl<M: Message> GroupEndpoint<M> {
    pub(crate) fn new(owner: &Arc<dyn AnyEndpoint>, delivery: Delivery<M>) -> Arc<Self> {
        let by_key = matches!(delivery.policy, Policy::ByKey(_));
        let group = Arc::new_cyclic(|this: &Weak<Self>| Self {
            this: this.clone(),
            owner: owner.clone(),
            policy: delivery.policy,
            on_full: delivery.on_full,
            members: RwLock::new(Members::new(by_key)),
            changed: Notify::new(),
            turn: AtomicUsize::new(0),
            skipped: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
        });
        // Its end ends the group. It can't have ended: it is being registered.
        let end: Arc<dyn Watch> = Arc::new(EndOfOwner(group.this.clone()));
        owner
            .registration()
            .watchers
            .add(owner.registration().id, end);
        group
    }

    /// Locks the members for reading. No code of a user may run while they are locked.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Members> {
        self.members.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Members> {
        self.members.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Takes no more messages.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// Returns the number of members that get messages.
    pub(crate) fn len(&self) -> usize {
        let members = self.read();
        members.all().iter().filter(|it| !it.is_leaving()).count()
    }

    /// Returns how often a full member was passed over.
    pub(crate) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Notes that a message has passed over a full member. The log has each doubling.
    pub(super) fn skip(&self, member: &Member) {
        let skipped = self.skipped.fetch_add(1, Ordering::Relaxed) + 1;
        if skipped.is_power_of_two() {
            let group = self.owner.registration().address();
            let full = member.endpoint.registration().address();
            let why = format_args!("passed over {full}, which is full; {skipped} times so far");
            log::warn(group, why);
        }
    }

    /// Returns the position of the member whose turn it is, of so many.
    pub(super) fn next_turn(&self, members: usize) -> usize {
        self.turn.fetch_add(1, Ordering::Relaxed) % members.max(1)
    }

    /// Adds a member, which the group has started itself if it is `pooled`.
    ///
    /// # Errors
    ///
    /// Returns `WrongType` if it takes other messages, and `Stopped` if it or the group has ended.
    pub(crate) fn add(&self, endpoint: &Arc<dyn AnyEndpoint>, is_pooled: bool) -> Result<()> {
        let group = self.owner.registration().address();
        let registration = endpoint.registration();
        let (id, address) = (registration.id, registration.address());
        let takes_it = endpoint.downcast_ref::<M>().is_some();
        if !takes_it && endpoint.downcast_ref::<Any>().is_none() {
            let (takes, sent) = (endpoint.takes(), type_name::<M>());
            let why = format!("{address} takes `{takes}`, and the group {group} `{sent}`");
            return Err(Error::new(ErrorKind::WrongType, why));
        }
        if !self.write().add(Member::new(endpoint, is_pooled)) {
            return Ok(());
        }
        let watch = Arc::new(EndOfMember {
            group: self.this.clone(),
            member: id,
        });
        if !registration
            .watchers
            .add(self.owner.registration().id, watch)
        {
            self.remove(id);
            let why = format!("{address} has ended and joins no group");
            return Err(Error::new(ErrorKind::Stopped, why));
        }
        if self.is_closed() {
            self.remove(id);
            // It may have been removed before it was watched.
            let _ = registration.watchers.remove(self.owner.registration().id);
            let why = format!("the group {group} has stopped");
            return Err(Error::new(ErrorKind::Stopped, why));
        }
        self.changed.notify_waiters();
        Ok(())
    }

    /// Lets a member get nothing new: it is about to be stopped. It keeps its keys until it has ended.
    pub(crate) fn set_leaving(&self, id: u64) {
        if let Some(member) = self.read().find(id) {
            member.set_leaving();
        }
        self.changed.notify_waiters();
    }

    /// Removes a member. Returns `false` if it was none.
    pub(super) fn remove(&self, id: u64) -> bool {
        let removed = self.write().remove(id);
        self.changed.notify_waiters();
        let Some(removed) = removed else {
            return false;
        };
        let watchers = &removed.endpoint.registration().watchers;
        watchers.remove(self.owner.registration().id);
        true
    }

    /// Lets members leave whose mailboxes are full.
    pub(super) fn dismiss(&self, full: &[Member]) {
        for member in full {
            if !self.remove(member.id) {
                continue;
            }
            let (group, registration) = (self.owner.registration(), member.endpoint.registration());
            let dismissed = registration.address();
            let why = format_args!("dismissed {dismissed}, which is full");
            log::warn(group.address(), why);
            if member.state.is_pooled {
                registration.lifecycle.request_stop();
                member.endpoint.stop();
            }
        }
    }

    /// Ends the group: its owner has ended.
    fn end(&self) {
        self.close();
        let members = self.write().clear();
        self.changed.notify_waiters();
        for member in members.iter() {
            let watchers = &member.endpoint.registration().watchers;
            watchers.remove(self.owner.registration().id);
        }
    }

    /// Refuses a message for want of members.
    #[cold]
    pub(super) fn nobody(&self, message: Routed<M>) -> SendError<Routed<M>> {
        if self.is_closed() || self.owner.is_stopping() {
            return SendError::Closed(message);
        }
        let why = format!(
            "the group {} has no members",
            self.owner.registration().address()
        );
        SendError::Failed(message, Error::new(ErrorKind::NoRoute, why))
    }
}

struct EndOfMember<M> {
    group: Weak<GroupEndpoint<M>>,
    member: u64,
}

impl<M: Message> Watch for EndOfMember<M> {
    fn ended(&self, _incarnation: u64, _reason: &DownReason) {
        if let Some(group) = self.group.upgrade() {
            group.remove(self.member);
        }
    }

    fn restarted(&self, _incarnation: u64, _reason: &DownReason) -> bool {
        true
    }
}

struct EndOfOwner<M>(Weak<GroupEndpoint<M>>);

impl<M: Message> Watch for EndOfOwner<M> {
    fn ended(&self, _incarnation: u64, _reason: &DownReason) {
        if let Some(group) = self.0.upgrade() {
            group.end();
        }
    }

    fn restarted(&self, _incarnation: u64, _reason: &DownReason) -> bool {
        true
    }
}
