//! Workers of this node that peers monitor.

use std::fmt;
use std::sync::Arc;

use ockam_core::Address;
use ockam_core::headers::Headers;

use super::{Gateway, Watch};
use crate::delivery::Target;

/// Watches a worker for a peer, until it is dropped.
pub struct Watched {
    target: Target,
    number: u64,
}

impl Gateway {
    /// Watches what is at an address, if whoever sends with these headers may send to it. Returns the numbers of the
    /// worker and of its incarnation that lives, too. What ends is told at once, maybe before this returns.
    pub fn watch(
        &self,
        address: &Address,
        headers: &Headers,
        watch: Arc<dyn Watch>,
    ) -> Option<(u64, u64, Watched)> {
        let node = self.node().ok()?;
        let found = node.router.registry.look_up(address)?;
        if found.guarded().is_some_and(|it| !it.admits(headers)) {
            return None;
        }
        let endpoint = found.mailbox()?;
        let (target, number) = (Target::of(endpoint), node.next_id());
        let registration = endpoint.registration();
        let (worker, incarnation) = (registration.id, registration.incarnation());
        target.watch(number, watch);
        Some((worker, incarnation, Watched { target, number }))
    }

    /// Returns the number of a worker or of an incarnation as peers know it: they can tell it from those of other
    /// nodes, also of one that is started at the place of this one.
    pub fn number_for_peers(&self, number: u64) -> u64 {
        let node = self.node();
        node.map_or(number, |node| node.number_for_peers(number))
    }
}

impl Watched {
    /// Returns the number of the incarnation that lives, or has lived last.
    pub fn incarnation(&self) -> u64 {
        self.target.incarnation()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.target.unwatch(self.number);
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watched").field(&self.number).finish()
    }
}
