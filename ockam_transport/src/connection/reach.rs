use ockam_core::{Address, Admission, Origin, Route};
use ockam_node::transport::Gateway;

use super::exposed::Exposed;

/// What messages of a connection may go to on this node.
pub(super) struct Reach {
    gateway: Gateway,
    exposed: Exposed,
}

impl Reach {
    pub(super) fn new(gateway: Gateway, exposed: Exposed) -> Self {
        Self { gateway, exposed }
    }

    /// Connections have addresses that nobody can guess: whoever knows one was given it as a way back.
    fn leads_back(&self, address: &Address) -> bool {
        address.is_local() && self.gateway.link(address).is_some()
    }
}

impl Admission for Reach {
    fn admits(&self, address: &Address) -> bool {
        self.exposed.contains(address) || self.leads_back(address)
    }
}

/// Where an answer may go: back by the way of what it answers, beside where the connection may send.
pub(super) struct Way {
    pub(super) reach: Option<Origin>,
    pub(super) by: Route,
}

impl Admission for Way {
    fn admits(&self, address: &Address) -> bool {
        let reach = self.reach.as_ref();
        reach.is_some_and(|reach| reach.admits(address)) || self.by.iter().any(|by| by == address)
    }
}
