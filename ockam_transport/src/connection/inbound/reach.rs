use ockam_core::headers::{Admission, Ingress};
use ockam_core::{Address, Route};
use ockam_node::transport::Gateway;

use crate::connection::exposed::Exposed;

/// Where messages of a connection may go on this node.
pub(super) struct Reach {
    gateway: Gateway,
    exposed: Exposed,
}

impl Reach {
    pub(super) fn new(gateway: Gateway, exposed: Exposed) -> Self {
        Self { gateway, exposed }
    }

    /// Tells whether an address is that of a connection. Nobody can guess those: whoever knows one was
    /// given it as a way back. By a private one, only answers come back.
    fn leads_back(&self, address: &Address) -> bool {
        let link = address.is_local().then(|| self.gateway.link(address));
        link.flatten().is_some_and(|link| !link.is_private())
    }
}

impl Admission for Reach {
    fn admits(&self, address: &Address) -> bool {
        self.exposed.contains(address) || self.leads_back(address)
    }
}

/// Where an answer may go: back by the way of what it answers, and wherever the connection may send.
pub(super) struct ReachOfAnswer {
    pub(super) reach: Option<Ingress>,
    pub(super) by: Route,
}

impl Admission for ReachOfAnswer {
    fn admits(&self, address: &Address) -> bool {
        let reach = self.reach.as_ref();
        reach.is_some_and(|reach| reach.admits(address)) || self.by.iter().any(|by| by == address)
    }
}
