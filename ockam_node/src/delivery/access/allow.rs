use std::fmt;

use ockam_core::{Addresses, Identifier};

use super::subject::Subject;

/// A rule: who may send to a worker, or whom a worker may send to.
///
/// Functions are rules, too. A rule is asked for each message, in the task of the sender, before anything is queued.
/// So it has to be quick, and must not block. One that panics refuses.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// use ockam_node::{Access, Subject};
///
/// /// Nobody may send at night.
/// struct OfficeHours(AtomicBool);
///
/// impl Access for OfficeHours {
///     fn allows(&self, _sender: &Subject) -> bool {
///         self.0.load(Ordering::Relaxed)
///     }
/// }
/// ```
pub trait Access: Send + Sync + 'static {
    /// Returns `true` if messages from or to the other end may pass.
    fn allows(&self, subject: &Subject) -> bool;
}

impl<F: Fn(&Subject) -> bool + Send + Sync + 'static> Access for F {
    fn allows(&self, subject: &Subject) -> bool {
        self(subject)
    }
}

/// Whom messages may come from, or where they may go: a list of addresses, or a peer.
///
/// # Examples
///
/// ```
/// # use ockam_core::Worker;
/// # use ockam_node::Context;
/// use ockam_node::{Allow, WorkerBuilder};
/// # struct Vault;
/// # impl Worker for Vault {
/// #     type Message = u64;
/// #     type Context = Context;
/// # }
///
/// # let _ =
/// WorkerBuilder::new("vault", Vault).incoming(Allow::only(["clerk", "boss"]));
/// ```
#[derive(Clone)]
pub struct Allow(Allowed);

#[derive(Clone)]
enum Allowed {
    Addresses(Addresses),
    Peer(Identifier),
}

impl Allow {
    /// Allows these addresses, and no others.
    ///
    /// # Examples
    ///
    /// See [`Allow`].
    pub fn only(addresses: impl Into<Addresses>) -> Self {
        Self(Allowed::Addresses(addresses.into()))
    }

    /// Allows nobody.
    ///
    /// # Examples
    ///
    /// ```
    /// # let _ =
    /// ockam_node::Allow::nobody();
    /// ```
    pub fn nobody() -> Self {
        Self::only(Addresses::from_iter(Vec::<&str>::new()))
    }

    /// Allows messages that came through a secure channel from this identity, and no others.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Identifier;
    /// # use ockam_node::Allow;
    /// # fn rule(bob: Identifier) -> Allow {
    /// Allow::peer(bob)
    /// # }
    /// # rule(Identifier::new([7; 32]));
    /// ```
    pub fn peer(peer: Identifier) -> Self {
        Self(Allowed::Peer(peer))
    }
}

impl Access for Allow {
    fn allows(&self, subject: &Subject) -> bool {
        match &self.0 {
            Allowed::Addresses(addresses) => {
                let mut addresses = addresses.as_slice().iter();
                addresses.any(|address| subject.is(address))
            }
            Allowed::Peer(peer) => subject.peer() == Some(*peer),
        }
    }
}

impl fmt::Debug for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Allowed::Addresses(addresses) => f.debug_list().entries(addresses.as_slice()).finish(),
            Allowed::Peer(peer) => f.debug_tuple("Allow::peer").field(peer).finish(),
        }
    }
}
