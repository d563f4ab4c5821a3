use std::fmt;
use std::sync::{Arc, Weak};

use ockam_core::headers::Source;

use crate::delivery::LinkEndpoint;
use crate::node::Node;

/// Keeps a node as long as it lives.
pub struct NodeGuard(
    #[expect(dead_code, reason = "it is there to be dropped")] pub(super) Arc<Node>,
);

impl fmt::Debug for NodeGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeGuard").finish_non_exhaustive()
    }
}

/// A link at its address. Dropped, it frees the address.
///
/// Mostly the link itself holds it, and the node holds the link, so it owns neither.
pub struct LinkGuard {
    pub(super) node: Weak<Node>,
    pub(super) link: Weak<LinkEndpoint>,
}

impl LinkGuard {
    /// Returns the source of what comes from the link.
    pub fn source(&self) -> Source {
        let link = self.link.upgrade();
        link.map_or(Source::UNKNOWN, |link| link.registration.source())
    }
}

impl Drop for LinkGuard {
    fn drop(&mut self) {
        if let (Some(node), Some(link)) = (self.node.upgrade(), self.link.upgrade()) {
            node.router.registry.remove(&link.registration);
            link.registration.lifecycle.end();
        }
    }
}

impl fmt::Debug for LinkGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let link = self.link.upgrade();
        let address = link.as_ref().map(|it| it.registration.address());
        f.debug_tuple("LinkGuard").field(&address).finish()
    }
}
