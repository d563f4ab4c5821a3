use std::fmt;
use std::sync::{Arc, Weak};

use ockam_core::headers::Source;
use ockam_core::{Address, DownReason};

use crate::delivery::LinkEndpoint;
use crate::node::Node;

/// Keeps a node alive until it is dropped.
pub struct NodeGuard(
    #[expect(dead_code, reason = "it is there to be dropped")] pub(super) Arc<Node>,
);

impl fmt::Debug for NodeGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeGuard").finish_non_exhaustive()
    }
}

/// Keeps a link at its address. When it is dropped, the address is free again.
///
/// The link often owns the guard, and the node owns the link, so the guard owns neither.
pub struct LinkGuard {
    pub(super) node: Weak<Node>,
    pub(super) link: Weak<LinkEndpoint>,
}

impl LinkGuard {
    /// Returns the source of the messages from the link.
    pub fn source(&self) -> Source {
        let link = self.link.upgrade();
        link.map_or(Source::UNKNOWN, |link| link.registration.source())
    }

    /// Tells the monitors of the link that asked for restarts that the peer can't be reached.
    pub fn note_unreachable(&self) {
        self.tell(&DownReason::Unreachable);
    }

    /// Tells the monitors of the link that asked for restarts that the peer can be reached again, and why it
    /// could not.
    pub fn note_back(&self, why: &str) {
        self.tell(&DownReason::Restarted(why.to_owned()));
    }

    fn tell(&self, reason: &DownReason) {
        if let Some(link) = self.link.upgrade() {
            let registration = &link.registration;
            registration.watchers.restart(registration.id, reason);
        }
    }
}

impl Drop for LinkGuard {
    fn drop(&mut self) {
        if let (Some(node), Some(link)) = (self.node.upgrade(), self.link.upgrade()) {
            node.router.registry.remove(&link.registration);
            link.registration.end();
        }
    }
}

/// Says of an address that whoever sends there proves first who it is, until it is dropped.
pub struct AddressGuard {
    pub(super) node: Weak<Node>,
    pub(super) address: Address,
}

impl Drop for AddressGuard {
    fn drop(&mut self) {
        if let Some(node) = self.node.upgrade() {
            node.guarded.remove(&self.address);
        }
    }
}

impl fmt::Debug for AddressGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AddressGuard").field(&self.address).finish()
    }
}

impl fmt::Debug for LinkGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let link = self.link.upgrade();
        let address = link.as_ref().map(|it| it.registration.address());
        f.debug_tuple("LinkGuard").field(&address).finish()
    }
}
