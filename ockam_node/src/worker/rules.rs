use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use ockam_core::{Address, Addresses};
use tokio::runtime::Handle;

use crate::context::Outgoing;
use crate::delivery::{Access, Admissions, Admit, Guard, Resolve};
use crate::node::Node;

/// The rules of a worker that is to be started.
#[derive(Clone, Default)]
pub(super) struct Rules {
    pub(super) incoming: Option<Arc<dyn Access>>,
    pub(super) admit: Option<(Arc<Admit>, Duration)>,
    pub(super) outgoing: Option<Arc<dyn Access>>,
}

impl Rules {
    /// Returns what decides about incoming messages, if anything does.
    pub(super) fn guard(&self, node: &Arc<Node>) -> Option<Arc<Guard>> {
        if self.incoming.is_none() && self.admit.is_none() {
            return None;
        }
        let admissions = self.admit.as_ref().map(|(admit, keep)| {
            let runtime = Handle::clone(&node.runtime);
            Admissions::new(admit.clone(), *keep, node.settings.ask_timeout, runtime)
        });
        let resolve = Arc::new(ByRegistry(Arc::downgrade(node)));
        Some(Guard::new(self.incoming.clone(), admissions, resolve))
    }

    /// Returns what decides about the messages that a worker with these addresses sends.
    pub(super) fn outgoing(&self, worker: &Addresses) -> Option<Arc<Outgoing>> {
        let rule = self.outgoing.clone()?;
        let worker = worker.clone();
        Some(Arc::new(Outgoing { worker, rule }))
    }
}

/// Looks up who is at an address. The node owns the rules, so they hold it weakly.
struct ByRegistry(Weak<Node>);

impl Resolve for ByRegistry {
    fn number_at(&self, address: &Address) -> Option<u64> {
        let found = self.0.upgrade()?.router.registry.look_up(address)?;
        Some(found.registration().id)
    }

    fn count_denied(&self, from: &Address, to: &Address) {
        if let Some(node) = self.0.upgrade() {
            node.denied.add(Peer { node: &node, from }, to);
        }
    }
}

/// Shows who is at the other end of a connection, looked up only when somebody follows denials.
struct Peer<'a> {
    node: &'a Node,
    from: &'a Address,
}

impl fmt::Display for Peer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.node.router.registry.look_up(self.from);
        let report = found.and_then(|it| it.link()?.link.report_state());
        match report {
            Some(connection) => f.write_str(&connection.peer),
            None => self.from.fmt(f),
        }
    }
}
