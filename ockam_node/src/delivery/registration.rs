use ockam_core::headers::Source;
use ockam_core::{Address, Addresses};

use crate::lifecycle::Lifecycle;

/// What the registry knows about a worker, an open context or a link.
pub(crate) struct Registration {
    /// The number that identifies it, also as the source of a message. Numbers grow in the order of
    /// registration.
    pub(crate) id: u64,
    pub(crate) addresses: Addresses,
    pub(crate) role: Role,
    pub(crate) lifecycle: Lifecycle,
}

/// The kind of a registration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// The context of `main`.
    App,
    /// A worker.
    Worker,
    /// A context that was opened.
    Open,
    /// A link to another node.
    Link,
}

impl Registration {
    pub(crate) fn new(id: u64, addresses: Addresses, role: Role) -> Self {
        Self {
            id,
            addresses,
            role,
            lifecycle: Lifecycle::new(),
        }
    }

    /// Returns the first address.
    pub(crate) fn address(&self) -> &Address {
        let first = self.addresses.as_slice().first();
        first.expect("nothing is registered without an address")
    }

    pub(crate) fn source(&self) -> Source {
        Source::new(self.id)
    }
}
