//! The headers of a message, which travel with its body and its return route.
//!
//! The node sets them. Code of a user neither reads nor writes them, so a worker can't send in the name
//! of another one.

use std::fmt;
use std::sync::Arc;

use crate::address::Address;
use crate::identifier::Identifier;
use crate::route::Route;

/// The headers of a message.
///
/// Most messages have a source only. The other headers are allocated when one of them is set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Headers {
    /// The source of the message.
    pub source: Source,
    /// The headers that most messages don't have.
    pub extended: Option<Arc<ExtendedHeaders>>,
}

/// The source of a message: the number that the node gave to a worker, an open context or a connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Source(u64);

/// The headers that only some messages have.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ExtendedHeaders {
    /// The address that the sender used. `None` stands for the first address of the worker.
    pub address: Option<Address>,
    /// The addresses that the message has still to visit.
    pub onward: Route,
    /// The connection through which the message came to this node.
    pub ingress: Option<Ingress>,
    /// The trace that the message belongs to: a JSON map of W3C trace headers.
    pub trace: Option<Arc<str>>,
    /// The identity that has sent the message, if it came through a secure channel.
    pub peer: Option<Arc<Identifier>>,
    /// The return route that messages received together share. They have no return route of their own.
    pub return_route: Route,
    /// The right of the sender to withdraw the message.
    pub withdrawal: Option<Withdrawal>,
    /// What the message weighs on the connection through which it came, if it is large.
    pub weight: Option<Weight>,
}

/// The connection by which a message entered this node.
///
/// It stays with the message. On this node, the message can be forwarded only to where its connection
/// may send.
#[derive(Clone)]
pub struct Ingress(Arc<dyn Admission>);

/// The right of a sender to withdraw a message that waits in a mailbox.
#[derive(Clone)]
pub struct Withdrawal(Arc<dyn Withdrawable>);

/// The state of a message that can be withdrawn.
pub trait Withdrawable: Send + Sync + 'static {
    /// Returns `true` if the message has been withdrawn.
    fn is_withdrawn(&self) -> bool;

    /// Begins the handling of the message, which can't be withdrawn from then on. Returns `false` if it
    /// has been withdrawn before.
    fn begin(&self) -> bool;
}

/// What messages from another node weigh on their connection, until they have been handled or are dropped.
///
/// Messages received together share one.
#[derive(Clone)]
pub struct Weight(Arc<dyn Load>);

/// Messages whose bytes a connection counts. When it is dropped, all of them are handled.
pub trait Load: Send + Sync + 'static {
    /// Notes that one of the messages has been handled.
    fn handled(&self);

    /// Notes that the last `messages` of them, with so many bytes, were not delivered.
    fn undelivered(&self, messages: usize, bytes: usize);
}

/// Decides what a connection may send to.
pub trait Admission: Send + Sync + 'static {
    /// Returns `true` if the connection may send to `address`.
    fn admits(&self, address: &Address) -> bool;
}

impl Source {
    /// The source of messages whose sender the node doesn't know.
    pub const UNKNOWN: Self = Self(0);

    /// Creates the source with a number, which is not 0.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl Headers {
    /// Creates headers with a source only.
    #[inline]
    pub const fn from_source(source: Source) -> Self {
        Self {
            source,
            extended: None,
        }
    }

    /// Returns the return route of a message: `own`, or the shared one if `own` is empty.
    #[inline]
    pub fn return_route<'a>(&'a self, own: &'a Route) -> &'a Route {
        match &self.extended {
            Some(extended) if own.is_empty() => &extended.return_route,
            _ => own,
        }
    }

    /// Returns the addresses that the message has still to visit.
    pub fn onward(&self) -> &Route {
        const END: &Route = &Route::new();
        self.extended.as_ref().map_or(END, |it| &it.onward)
    }

    /// Returns the trace that the message belongs to.
    pub fn trace(&self) -> Option<&Arc<str>> {
        self.extended.as_ref()?.trace.as_ref()
    }

    /// Returns the identity at the other end of the secure channel that the message came by.
    pub fn peer(&self) -> Option<Identifier> {
        self.extended.as_ref()?.peer.as_deref().copied()
    }

    /// Returns the right of the sender to withdraw the message.
    pub fn withdrawal(&self) -> Option<&Withdrawal> {
        self.extended.as_ref()?.withdrawal.as_ref()
    }

    /// Returns `true` if the message may be sent to `address`. A message from another node may go only
    /// to where its connection may send.
    pub fn may_go_to(&self, address: &Address) -> bool {
        let ingress = self.extended.as_ref().and_then(|it| it.ingress.as_ref());
        ingress.is_none_or(|ingress| ingress.admits(address))
    }

    /// Notes that the message has been handled.
    #[inline]
    pub fn handled(&self) {
        if let Some(extended) = &self.extended {
            extended.handled();
        }
    }

    /// Changes the extended headers of this message. Other messages that share them keep theirs.
    pub fn extend(&mut self, change: impl FnOnce(&mut ExtendedHeaders)) {
        let mut extended = self.extended.as_deref().cloned().unwrap_or_default();
        change(&mut extended);
        self.extended = Some(Arc::new(extended));
    }
}

impl ExtendedHeaders {
    /// Notes that the message has been handled.
    pub fn handled(&self) {
        if let Some(weight) = &self.weight {
            weight.0.handled();
        }
    }
}

impl Ingress {
    /// Creates the mark of a connection, from what it may send to.
    pub fn new(admission: Arc<dyn Admission>) -> Self {
        Self(admission)
    }

    /// Returns `true` if the message may be sent to `address`.
    pub fn admits(&self, address: &Address) -> bool {
        self.0.admits(address)
    }
}

impl Withdrawal {
    /// Creates the right from the state of the message.
    pub fn new(state: Arc<dyn Withdrawable>) -> Self {
        Self(state)
    }

    /// Returns `true` if the message has been withdrawn.
    pub fn is_withdrawn(&self) -> bool {
        self.0.is_withdrawn()
    }

    /// Begins the handling of the message. Returns `false` if it has been withdrawn before.
    pub fn begin(&self) -> bool {
        self.0.begin()
    }
}

impl PartialEq for Withdrawal {
    /// Returns `true` if both are about the same message.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Withdrawal {}

impl fmt::Debug for Withdrawal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Withdrawal").finish_non_exhaustive()
    }
}

impl Weight {
    /// Creates the weight of some messages.
    pub fn new(load: Arc<dyn Load>) -> Self {
        Self(load)
    }

    /// Notes that the last `messages` of those that share this, with so many bytes, were not delivered.
    pub fn undelivered(&self, messages: usize, bytes: usize) {
        self.0.undelivered(messages, bytes);
    }
}

impl PartialEq for Weight {
    /// Returns `true` if both are of the same messages.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Weight {}

impl fmt::Debug for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Weight").finish_non_exhaustive()
    }
}

impl PartialEq for Ingress {
    /// Returns `true` if both are the same connection.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Ingress {}

impl fmt::Debug for Ingress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingress").finish_non_exhaustive()
    }
}
