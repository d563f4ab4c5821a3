//! What travels with a message beside its body and its return route.
//!
//! The node sets it, and code of a user neither reads nor writes it, so that nobody can send under
//! another name.

use std::fmt;
use std::sync::Arc;

use crate::address::Address;
use crate::route::Route;

/// The headers of a message.
///
/// Most messages need no more than their source, so that the others cost nothing until one is used.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Headers {
    /// Where the message comes from.
    pub source: Source,
    /// What most messages have none of.
    pub extended: Option<Arc<ExtendedHeaders>>,
}

/// Whoever a message comes from, as the node knows it: the number of a worker, an open context or a
/// connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Source(u64);

/// The headers that only some messages have.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ExtendedHeaders {
    /// The address that the sender used; `None` stands for the first one of the worker.
    pub address: Option<Address>,
    /// The way that is still ahead.
    pub onward: Route,
    /// The connection by which the message entered this node.
    pub ingress: Option<Ingress>,
    /// The trace that the message belongs to: a JSON map of W3C trace headers.
    pub trace: Option<Arc<str>>,
    /// The return route of messages that came together and share it. They have none of their own.
    pub return_route: Route,
}

/// The connection by which a message entered this node.
///
/// It stays with the message: wherever the message is forwarded on this node, it goes where its
/// connection may send, and nowhere else.
#[derive(Clone)]
pub struct Ingress(Arc<dyn Admission>);

/// Says what a connection may send to.
pub trait Admission: Send + Sync + 'static {
    /// Tells whether messages of the connection may go to `address`.
    fn admits(&self, address: &Address) -> bool;
}

impl Source {
    /// Stands for senders that the node doesn't know.
    pub const UNKNOWN: Self = Self(0);

    /// Names a source by its number on the node, which is not 0.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl Headers {
    /// Creates headers that say no more than where a message comes from.
    #[inline]
    pub const fn from_source(source: Source) -> Self {
        Self {
            source,
            extended: None,
        }
    }

    /// Returns the return route of a message: its own, if it has one, else the one that it shares.
    #[inline]
    pub fn return_route<'a>(&'a self, own: &'a Route) -> &'a Route {
        match &self.extended {
            Some(extended) if own.is_empty() => &extended.return_route,
            _ => own,
        }
    }

    /// Returns the way that is still ahead.
    pub fn onward(&self) -> &Route {
        const END: &Route = &Route::new();
        self.extended.as_ref().map_or(END, |it| &it.onward)
    }

    /// Returns the trace that the message belongs to.
    pub fn trace(&self) -> Option<&Arc<str>> {
        self.extended.as_ref()?.trace.as_ref()
    }

    /// Tells whether the message may go to `address`: one from another node goes where its connection
    /// may send.
    pub fn may_go_to(&self, address: &Address) -> bool {
        let ingress = self.extended.as_ref().and_then(|it| it.ingress.as_ref());
        ingress.is_none_or(|ingress| ingress.admits(address))
    }

    /// Changes the extended headers of this message alone.
    pub fn extend(&mut self, change: impl FnOnce(&mut ExtendedHeaders)) {
        let mut extended = self.extended.as_deref().cloned().unwrap_or_default();
        change(&mut extended);
        self.extended = Some(Arc::new(extended));
    }
}

impl Ingress {
    /// Names a connection by what it may send to.
    pub fn new(admission: Arc<dyn Admission>) -> Self {
        Self(admission)
    }

    /// Tells whether the message may go to `address`.
    pub fn admits(&self, address: &Address) -> bool {
        self.0.admits(address)
    }
}

impl PartialEq for Ingress {
    /// Tells whether it is the same connection.
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
