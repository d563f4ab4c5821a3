use axum::body::Bytes;
use ockam_node::{ConnectionReport, ConnectionState};
use serde::Serialize;

use crate::choice::choose;
use crate::events::{ShownDeadLetter, ShownDenial, ShownEvents};
use crate::findings::{self, Finding};
use crate::snapshot::{SeenWorker, Snapshot, millis};

/// How many workers, and how many connections, the API lists: about 1 KiB each.
const MAX_LISTED: usize = 1_000;

/// The answer of `/api/node`.
#[derive(Serialize)]
struct Listing<'a> {
    name: &'a str,
    is_stopping: bool,
    looked_at_ms: u64,
    interval_ms: u64,
    slow_after_ms: u64,
    workers_total: usize,
    workers: Vec<&'a SeenWorker>,
    connections_total: usize,
    connections: Vec<&'a ConnectionReport>,
    dead_letters: &'a ShownEvents<ShownDeadLetter>,
    denials: &'a ShownEvents<ShownDenial>,
    findings: Vec<Finding>,
}

/// Returns what was seen as JSON.
pub(crate) fn json(node: &Snapshot) -> Bytes {
    let write = || serde_json::to_vec(&listing(node)).expect("figures and texts are JSON");
    node.written.json.get_or_init(|| write().into()).clone()
}

fn listing(node: &Snapshot) -> Listing<'_> {
    let workers = node.workers.iter().collect();
    Listing {
        name: &node.name,
        is_stopping: node.is_stopping,
        looked_at_ms: node.looked_at_ms,
        interval_ms: millis(node.interval),
        slow_after_ms: millis(node.slow_after),
        workers_total: node.workers_total,
        workers: choose(workers, MAX_LISTED, |worker| &worker.report),
        connections_total: node.connections.len(),
        connections: connections(node),
        dead_letters: &node.dead_letters,
        denials: &node.denials,
        findings: findings::of(node, node.slow_after),
    }
}

/// Returns the connections to list. Of too many, those that are lost come first.
fn connections(node: &Snapshot) -> Vec<&ConnectionReport> {
    let mut connections: Vec<_> = node.connections.iter().collect();
    if connections.len() > MAX_LISTED {
        // It is stable: otherwise the order stays.
        connections.sort_by_key(|it| it.state != ConnectionState::Lost);
        connections.truncate(MAX_LISTED);
    }
    connections
}
