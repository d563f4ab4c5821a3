use std::fmt;
use std::sync::Arc;

use ockam_core::Address;
use ockam_core::headers::{Headers, Source};

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
        resolve: Arc<dyn Resolve>,
    },
    Receiver(Address),
}

/// Finds out who is at an address.
pub(crate) trait Resolve: Send + Sync {
    /// Returns the number of whoever is at an address.
    fn number_at(&self, address: &Address) -> Option<u64>;
}

impl Subject {
    pub(super) fn sender(headers: &Headers, resolve: &Arc<dyn Resolve>) -> Self {
        let extended = headers.extended.as_ref();
        Self(Kind::Sender {
            source: headers.source,
            is_remote: extended.is_some_and(|it| it.ingress.is_some()),
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

    pub(super) fn source(&self) -> Source {
        match &self.0 {
            Kind::Sender { source, .. } => *source,
            Kind::Receiver(_) => Source::UNKNOWN,
        }
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
