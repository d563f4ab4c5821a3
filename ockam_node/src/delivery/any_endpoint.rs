//! What is at an address of this node, with the type of its messages erased: a mailbox, or a group of them.

use std::any::Any as StdAny;
use std::sync::Arc;
use std::task::{Context, Poll};

use ockam_core::{Any, Down, Message, Result as CoreResult, Routed};
use tokio::sync::futures::Notified;

use super::incoming::{DeliveredBatch, Incoming};
use super::registration::Registration;
use crate::mailbox::{Capacity, Glance, Permit, Signal, Wakeup};
use crate::send_error::SendError;

/// An endpoint with the type of its messages erased.
pub(crate) trait AnyEndpoint: StdAny + Send + Sync {
    fn registration(&self) -> &Registration;

    /// Returns the name of the type of its messages.
    fn takes(&self) -> &'static str;

    /// Closes the mailbox.
    fn close(&self);

    /// Lets a worker hear that it is to stop, while its mailbox stays open as long as it isn't full. Closes any
    /// other mailbox.
    fn begin_stop(&self);

    /// Begins a stop, and closes the mailbox of a worker when it has heard of that.
    fn stop(&self);

    /// Returns `true` if a stop has begun.
    fn is_stopping(&self) -> bool;

    /// Notes whether the owner has workers of its own.
    fn set_has_owned(&self, has_owned: bool);

    /// Returns `true` if the calling task runs a worker that the owner owns.
    fn owns_this_task(&self) -> bool;

    /// Returns `true` if there may be signals.
    fn has_signals(&self) -> bool;

    /// Lets the owner look more closely at each message: one may have been withdrawn.
    fn look_closely(&self);

    /// Returns what the monitors of the owner tell and it has not heard yet: the first one behind another one,
    /// given by its number, with its own number. The numbers begin with 1.
    fn down_behind(&self, number: u64) -> Option<(u64, Down)>;

    /// Returns how often the owner has begun again. A signal says for which generation it is.
    fn generation(&self) -> u32;

    /// Forgets the signals that were for an incarnation of the owner that has ended.
    fn renew(&self);

    /// Returns the number of messages that wait.
    fn queued(&self) -> usize;

    /// Takes what a monitor tells, by its number. Returns `false` if it isn't there.
    fn take_down(&self, number: u64) -> bool;

    /// Takes back all that a monitor tells. Returns `false` if there is nothing.
    fn take_monitor(&self, monitor: u64) -> bool;

    /// Looks at the mailbox without a lock.
    fn glance(&self) -> Glance;

    /// Returns `true` if the mailbox takes messages.
    fn is_open(&self) -> bool;

    /// Returns the number of messages whose handling has begun.
    fn begun(&self) -> usize;

    /// Returns the capacity that senders wait for when the mailbox is full.
    fn capacity(&self) -> &dyn Capacity;

    /// Pushes a message of any type. Without a permit, it is refused if there is no room.
    fn push_any(
        &self,
        permit: Option<Permit>,
        message: Routed<Any>,
    ) -> Result<Wakeup, SendError<Routed<Any>>>;

    /// Pushes a message from another node. Without a permit, it is refused if there is no room.
    fn push_incoming(
        &self,
        permit: Option<Permit>,
        message: &Incoming<'_>,
    ) -> Result<(), SendError<()>>;

    /// Pushes messages from another node in order, until there is no room. They differ from `message`
    /// only in their bodies.
    fn push_all_incoming(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> DeliveredBatch;

    /// Sends a signal that the owner gets `times` times.
    ///
    /// # Errors
    ///
    /// Returns the signal if the owner has ended. A failed delivery comes back also if this is not an open
    /// worker, or if too many of them wait.
    fn signal(&self, signal: Signal, times: u64) -> Result<(), Signal>;

    /// Returns the group, if it is one.
    fn as_group(&self) -> Option<&dyn AnyGroup> {
        None
    }
}

/// A group with the type of its messages erased.
pub(crate) trait AnyGroup: Send + Sync {
    /// Finds out whom a message is for, which is the body or an [`Any`]. This calls code of the user.
    fn aim(&self, body: &dyn StdAny) -> Aim;

    /// Returns those at which a message may wait for room.
    fn candidates(&self, aim: Aim) -> Candidates;

    /// Returns `true` if a member may still get a message that waits for room at it.
    fn may_get(&self, aim: Aim, member: u64) -> bool;

    /// Waits for a change of the members.
    fn changed(&self) -> Notified<'_>;

    /// Pushes a message at the places that were reserved for it.
    ///
    /// # Errors
    ///
    /// Returns [`SendError::Full`] if the members have ended or left meanwhile.
    fn push_reserved(
        &self,
        places: Vec<MemberPermit>,
        message: Routed<Any>,
    ) -> Result<(), SendError<Routed<Any>>>;

    /// Decodes a message from another node.
    fn decode(&self, message: &Incoming<'_>) -> CoreResult<Routed<Any>>;

    /// Adds a member. One that is a member already stays it.
    fn join(&self, member: &Arc<dyn AnyEndpoint>) -> CoreResult<()>;

    /// Removes the member with a number. Returns `false` if it was none.
    fn leave(&self, member: u64) -> bool;
}

/// Whom a message to a group is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Aim {
    /// Any one of the members.
    One,
    /// The member of a key.
    Key(u64),
    /// All members.
    All,
    /// Nobody: it is of another type, or its key can't be told.
    Nobody,
}

/// A place for a message, in a mailbox or at members of a group. Without places at members, a push finds out why.
pub(crate) enum Room {
    Mailbox(Option<Permit>),
    Members(Vec<MemberPermit>),
}

/// Those at which a message may wait for room.
pub(crate) enum Candidates {
    /// Waiting is of no use: a push says why.
    Nobody,
    /// A place at one of them is enough. There may be none before the members change.
    OneOf(Vec<Arc<dyn AnyEndpoint>>),
    /// A place at each of them is needed.
    AllOf(Vec<Arc<dyn AnyEndpoint>>),
}

/// A place in the mailbox of a member, or the wait for it. It is given back when this is dropped.
pub(crate) struct MemberPermit {
    endpoint: Arc<dyn AnyEndpoint>,
    permit: Option<Permit>,
}

impl MemberPermit {
    pub(crate) fn new(endpoint: Arc<dyn AnyEndpoint>) -> Self {
        Self {
            endpoint,
            permit: None,
        }
    }

    /// Waits for the place. It is also ready when the mailbox is closed.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.endpoint.capacity().poll_reserve(&mut self.permit, cx)
    }

    pub(crate) fn endpoint(&self) -> &Arc<dyn AnyEndpoint> {
        &self.endpoint
    }

    /// Pushes a message at the place.
    pub(crate) fn push<M: Message>(
        mut self,
        message: Routed<M>,
    ) -> Result<Wakeup, SendError<Routed<M>>> {
        let permit = self.permit.take();
        self.endpoint.push(permit, message)
    }
}

impl Drop for MemberPermit {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            self.endpoint.capacity().give_back(permit);
        }
    }
}
