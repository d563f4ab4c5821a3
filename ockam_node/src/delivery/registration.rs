use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ockam_core::headers::Source;
use ockam_core::{Address, Addresses};

use super::extras::Extras;
use super::node_name::NodeNumber;
use super::supervision::Supervision;
use super::watchers::Watchers;
use crate::lifecycle::{ExitReason, Lifecycle};
use crate::observe::Recorder;

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
    /// What only few workers have.
    extras: OnceLock<Box<Extras>>,
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
            extras: OnceLock::new(),
        }
    }

    /// Returns what only few workers have, if it has any of it.
    #[inline]
    pub(crate) fn extras(&self) -> Option<&Extras> {
        self.extras.get().map(|extras| &**extras)
    }

    /// Sets the time limit of the handlers, before the worker runs. One of more than 500 years is none.
    pub(crate) fn set_handler_timeout(&self, limit: Duration) {
        self.extras
            .get_or_init(Box::default)
            .set_handler_timeout(limit);
    }

    /// Lets the worker measure how long its messages take.
    pub(crate) fn measure(&self) {
        self.extras.get_or_init(Box::default).measure();
    }

    /// Lets the worker record its messages.
    pub(crate) fn record(&self, recorder: &Arc<Recorder>) {
        self.extras.get_or_init(Box::default).record(recorder);
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
