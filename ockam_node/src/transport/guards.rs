use std::fmt;
use std::sync::{Arc, Weak};

use ockam_core::headers::Source;

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
}

impl Drop for LinkGuard {
    fn drop(&mut self) {
        if let (Some(node), Some(link)) = (self.node.upgrade(), self.link.upgrade()) {
            node.router.registry.remove(&link.registration);
            link.registration.end();
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
