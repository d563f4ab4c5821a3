use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ockam_core::headers::Source;
use ockam_core::{Address, Addresses};

use super::node_name::NodeNumber;
use super::supervision::Supervision;
use super::watchers::Watchers;
use crate::lifecycle::{ExitReason, Lifecycle};

/// What the registry knows about a worker, an open context or a link.
pub(crate) struct Registration {
    /// The number that identifies it, also as the source of a message. Numbers grow in the order of
    /// registration.
    pub(crate) id: u64,
    pub(crate) addresses: Addresses,
    pub(crate) role: Role,
    /// Where it is registered, for errors.
    pub(crate) node: NodeNumber,
    pub(crate) lifecycle: Lifecycle,
    /// How many messages its handlers have failed at.
    failures: AtomicU64,
    pub(crate) watchers: Watchers,
    /// Set for a worker that can be started again.
    pub(crate) supervision: OnceLock<Box<Supervision>>,
    /// The time limit of the handlers in nanoseconds, or 0 if they have none.
    handler_timeout: AtomicU64,
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
    pub(crate) fn new(id: u64, addresses: Addresses, role: Role, node: NodeNumber) -> Self {
        Self {
            id,
            addresses,
            role,
            node,
            lifecycle: Lifecycle::new(),
            failures: AtomicU64::new(0),
            watchers: Watchers::default(),
            supervision: OnceLock::new(),
            handler_timeout: AtomicU64::new(0),
        }
    }

    /// Returns the time limit of the handlers, if they have one.
    #[inline]
    pub(crate) fn handler_timeout(&self) -> Option<Duration> {
        let nanos = self.handler_timeout.load(Ordering::Relaxed);
        (nanos != 0).then(|| Duration::from_nanos(nanos))
    }

    /// Sets the time limit of the handlers, before the worker runs. One of more than 500 years is none.
    pub(crate) fn set_handler_timeout(&self, limit: Duration) {
        let nanos = u64::try_from(limit.as_nanos()).unwrap_or(0);
        self.handler_timeout.store(nanos, Ordering::Relaxed);
    }

    /// Returns the number of the incarnation that lives, or that has ended last.
    pub(crate) fn incarnation(&self) -> u64 {
        let supervision = self.supervision.get();
        supervision.map_or(self.id, |supervision| supervision.incarnation())
    }

    /// Ends the lifecycle for the reason that was noted, and tells those who watch. Returns the reason.
    pub(crate) fn end(&self) -> ExitReason {
        let reason = self.lifecycle.end();
        self.watchers
            .end(self.incarnation(), &reason.to_down_reason());
        reason
    }

    /// Counts a message that its handler has failed at.
    pub(crate) fn count_failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
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
