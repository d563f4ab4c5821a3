//! What messages of the peer weigh until they have been handled.
//!
//! Mailboxes count messages, so each holds few bytes as long as the messages are small. Those that are not
//! count on the connection until they have been handled, and only then is the peer granted as many bytes
//! again.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use ockam_core::Address;
use ockam_core::headers::{Load, Weight};
use ockam_node::transport::Weigh;

use super::Inbound;
use crate::message::{Extension, TransportMessage};

/// Up to how many bytes a message is small: a mailbox full of them holds a few megabytes at most.
const MAX_SMALL_BYTES: usize = 1024;

/// Up to how many bytes a message may come while all connections together hold too much, if its own holds
/// little.
pub(crate) const MAX_PASSING_BYTES: usize = 32 * 1024;

/// Messages to one address that have not been handled, and that count together.
struct Unhandled {
    inbound: Arc<Inbound>,
    to: Address,
    messages: AtomicI64,
    bytes: AtomicUsize,
}

impl Inbound {
    /// Counts the bytes of a message until it has been handled, if it is large.
    pub(super) fn weigh(
        self: &Arc<Self>,
        to: &Address,
        messages: usize,
        bytes: usize,
    ) -> Option<Weight> {
        if bytes <= messages.saturating_mul(MAX_SMALL_BYTES) {
            return None;
        }
        self.backlog.weigh(to, bytes);
        Some(Weight::new(Arc::new(Unhandled {
            inbound: self.clone(),
            to: to.clone(),
            messages: AtomicI64::new(messages as i64),
            bytes: AtomicUsize::new(bytes),
        })))
    }

    /// Tells whether messages to an address are weighed one by one, because much of what has come has not been
    /// handled.
    pub(super) fn is_heavy(&self, to: &Address) -> bool {
        self.backlog.is_too_much_of(to)
    }

    /// Tells whether a message of so many bytes may not come, because too many bytes of large ones for the
    /// same address have not been handled yet. A peer that grants and needs no credit in bytes is not read
    /// for long instead.
    pub(super) fn is_too_heavy(&self, to: &Address, bytes: usize) -> bool {
        let peer = self.accounts.peer();
        let is_limited = peer.weighs() || !self.accounts.is_ours();
        bytes > MAX_SMALL_BYTES && is_limited && self.backlog.is_too_much_of(to)
    }
}

impl Inbound {
    /// Tells whether a frame of more than [`MAX_PASSING_BYTES`] may not be taken in yet. Nothing is read behind
    /// it until it may be.
    ///
    /// Answers of peers may come: whoever waits for them holds their room.
    pub(crate) fn has_to_wait(&self, frame: &[u8]) -> bool {
        let waits = self.backlog.is_too_much_with(frame.len())
            && TransportMessage::decode(frame).is_ok_and(|message| self.is_request(&message));
        self.backlog.set_wanted(if waits { frame.len() } else { 0 });
        waits
    }

    fn is_request(&self, message: &TransportMessage<'_>) -> bool {
        let is_part = |it: &Extension<'_>| it.part.is_some() || it.parts.is_some();
        let to = message.onward.first();
        to.is_some_and(|to| self.may_send(to)) && !message.extension.as_ref().is_some_and(is_part)
    }
}

impl Load for Unhandled {
    fn handled(&self) {
        if self.messages.fetch_sub(1, Ordering::AcqRel) <= 1 {
            self.release();
        }
    }

    fn undelivered(&self, messages: usize, bytes: usize) {
        // They come again, each by itself.
        let removed = self
            .bytes
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |all| {
                all.checked_sub(bytes)
            });
        if removed.is_ok() {
            self.inbound.backlog.handled(&self.to, bytes);
        }
        let left = self.messages.fetch_sub(messages as i64, Ordering::AcqRel);
        if left <= messages as i64 {
            self.release();
        }
    }
}

impl Unhandled {
    fn release(&self) {
        let bytes = self.bytes.swap(0, Ordering::AcqRel);
        if bytes > 0 {
            self.inbound.backlog.handled(&self.to, bytes);
            self.inbound.credit(&self.to, 0, bytes);
        }
    }
}

impl Drop for Unhandled {
    fn drop(&mut self) {
        self.release();
    }
}

/// Weighs the messages of a run.
pub(super) struct RunWeight<'a> {
    pub(super) inbound: &'a Arc<Inbound>,
    pub(super) to: &'a Address,
}

impl Weigh for RunWeight<'_> {
    fn weigh(&self, messages: usize, bytes: usize) -> Option<Weight> {
        self.inbound.weigh(self.to, messages, bytes)
    }
}

impl fmt::Debug for RunWeight<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RunWeight").field(self.to).finish()
    }
}
