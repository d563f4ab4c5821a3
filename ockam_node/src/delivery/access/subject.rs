use std::fmt;
use std::sync::Arc;

use ockam_core::headers::{Headers, Source};
use ockam_core::{Address, Identifier};

/// The other end of a message, which a rule decides about: its sender for [`incoming`](crate::WorkerBuilder::incoming)
/// messages, its receiver for [`outgoing`](crate::WorkerBuilder::outgoing) ones.
///
/// # Examples
///
/// ```
/// use ockam_node::{Context, Subject, WorkerBuilder};
/// # use ockam_core::Worker;
/// # struct Vault;
/// # impl Worker for Vault {
/// #     type Message = u64;
/// #     type Context = Context;
/// # }
///
/// let not_from_outside = |sender: &Subject| !sender.is_remote();
/// # let _ =
/// WorkerBuilder::new("vault", Vault).incoming(not_from_outside);
/// ```
#[derive(Clone)]
pub struct Subject(Kind);

#[derive(Clone)]
enum Kind {
    Sender {
        source: Source,
        is_remote: bool,
        peer: Option<Arc<Identifier>>,
        resolve: Arc<dyn Resolve>,
    },
    Receiver(Address),
}

/// The number of a source, and the identity behind it.
pub(super) type Key = (u64, Option<Identifier>);

/// What rules need of their node.
pub(crate) trait Resolve: Send + Sync {
    /// Returns the number of whoever is at an address.
    fn number_at(&self, address: &Address) -> Option<u64>;

    /// Counts a message of another node that was refused.
    fn count_denied(&self, from: &Address, to: &Address);
}

impl Subject {
    pub(super) fn sender(headers: &Headers, resolve: &Arc<dyn Resolve>) -> Self {
        let extended = headers.extended.as_ref();
        Self(Kind::Sender {
            source: headers.source,
            is_remote: extended.is_some_and(|it| it.ingress.is_some()),
            peer: extended.and_then(|it| it.peer.clone()),
            resolve: resolve.clone(),
        })
    }

    pub(crate) fn receiver(address: &Address) -> Self {
        Self(Kind::Receiver(address.clone()))
    }

    /// Returns `true` if it has this address.
    ///
    /// A sender is whoever the node knows it to be, whatever its messages say. It has the addresses that lead to it
    /// at this moment. A sender that has ended, whose messages a task sends on, has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_node::Subject;
    ///
    /// let rule = |subject: &Subject| subject.is("clerk") || subject.is("boss");
    /// # let _: &dyn Fn(&Subject) -> bool = &rule;
    /// ```
    pub fn is(&self, address: impl Into<Address>) -> bool {
        let address = address.into();
        match &self.0 {
            Kind::Sender {
                source, resolve, ..
            } => *source != Source::UNKNOWN && resolve.number_at(&address) == Some(source.number()),
            Kind::Receiver(receiver) => *receiver == address,
        }
    }

    /// Returns `true` if the message came from another node, or if the receiver is not a local address.
    ///
    /// # Examples
    ///
    /// See [`Subject`].
    pub fn is_remote(&self) -> bool {
        match &self.0 {
            Kind::Sender { is_remote, .. } => *is_remote,
            Kind::Receiver(receiver) => !receiver.is_local(),
        }
    }

    /// Returns the identity that the sender has proved, if the message came through a secure channel. It stays
    /// with a message that is forwarded on this node.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_node::Subject;
    ///
    /// let rule = |sender: &Subject| sender.peer().is_some();
    /// # let _: &dyn Fn(&Subject) -> bool = &rule;
    /// ```
    pub fn peer(&self) -> Option<Identifier> {
        match &self.0 {
            Kind::Sender { peer, .. } => peer.as_deref().copied(),
            Kind::Receiver(_) => None,
        }
    }

    /// Returns what a verdict is about: a worker may forward the messages of several peers.
    pub(super) fn key(&self) -> Key {
        let source = match &self.0 {
            Kind::Sender { source, .. } => *source,
            Kind::Receiver(_) => Source::UNKNOWN,
        };
        (source.number(), self.peer())
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Sender { source, .. } => f.debug_tuple("Sender").field(&source.number()).finish(),
            Kind::Receiver(address) => f.debug_tuple("Receiver").field(address).finish(),
        }
    }
}
