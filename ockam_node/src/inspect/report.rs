use std::collections::BTreeMap;
use std::fmt;

use ockam_core::Address;
use serde::Serialize;

use super::table;
use super::worker::WorkerReport;
use crate::delivery::ConnectionReport;
use crate::node::Node;

/// What a node is doing: returned by [`Context::inspect`](crate::Context::inspect).
///
/// It prints as a table, and serialises with serde.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[non_exhaustive]
pub struct NodeReport {
    /// The name of the node.
    pub name: String,
    /// Whether the node is being stopped.
    pub is_stopping: bool,
    /// Its workers and open contexts, in the order in which they came.
    pub workers: Vec<WorkerReport>,
    /// Its connections to other nodes, in the order in which they came. Those of transports that tell nothing
    /// of theirs are left out.
    pub connections: Vec<ConnectionReport>,
    /// The number of messages that were accepted and not handled.
    pub dead_letters: u64,
    /// The number of messages from other nodes for what they may not reach.
    pub denied: u64,
}

impl NodeReport {
    pub(super) fn of(node: &Node) -> Self {
        let mut workers = BTreeMap::new();
        let mut connections = BTreeMap::new();
        for (_, found) in node.router.registry.all() {
            // One that has several addresses is found at each of them.
            let id = found.registration().id;
            if let Some(endpoint) = found.mailbox() {
                let look = || WorkerReport::of(node, &**endpoint);
                workers.entry(id).or_insert_with(look);
            } else if let Some(report) = found.link().and_then(|it| it.link.report_state()) {
                connections.insert(id, report);
            }
        }
        Self {
            name: node.name().to_owned(),
            is_stopping: node.stopping.has_begun(),
            workers: workers.into_values().collect(),
            connections: connections.into_values().collect(),
            dead_letters: node.dead_letters.count(),
            denied: node.denied.count(),
        }
    }

    /// Returns the worker or open context that has this address.
    ///
    /// # Examples
    ///
    /// ```
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let node = ctx.inspect();
    /// assert!(node.worker("app").is_some());
    /// assert!(node.worker("nobody").is_none());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn worker(&self, address: impl Into<Address>) -> Option<&WorkerReport> {
        let address = address.into();
        let mut workers = self.workers.iter();
        workers.find(|worker| worker.addresses.contains(&address))
    }
}

impl fmt::Display for NodeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = [
            "address", "message", "state", "queued", "handled", "restarts",
        ];
        let workers = self.workers.iter();
        if self.workers.iter().any(|it| it.handler_times.is_some()) {
            let [address, message, state, queued, handled, restarts] = heads;
            let heads = [
                address, message, state, queued, handled, restarts, "p50", "p99", "max",
            ];
            table::write(f, heads, workers.map(WorkerReport::row_with_times))?;
        } else {
            table::write(f, heads, workers.map(WorkerReport::row))?;
        }
        if self.connections.is_empty() {
            return Ok(());
        }
        let heads = [
            "connection",
            "peer",
            "state",
            "queued bytes",
            "in flight",
            "asks",
            "no credit",
        ];
        f.write_str("\n\n")?;
        table::write(f, heads, self.connections.iter().map(ConnectionReport::row))
    }
}
