//! What a console says of its node, as far as it is shown. Later consoles may say more.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) is_stopping: bool,
    pub(crate) slow_after_ms: u64,
    pub(crate) workers_total: usize,
    pub(crate) workers: Vec<Worker>,
    #[serde(default)]
    pub(crate) connections: Vec<Connection>,
    pub(crate) dead_letters: Events,
    pub(crate) denials: Events,
    pub(crate) findings: Vec<Finding>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Worker {
    pub(crate) address: String,
    pub(crate) message: String,
    pub(crate) state: String,
    pub(crate) waits_for: Option<String>,
    pub(crate) queued: usize,
    pub(crate) capacity: usize,
    pub(crate) handled: u64,
    pub(crate) handled_per_second: f64,
    pub(crate) restarts: u64,
    pub(crate) supervisor: Option<String>,
    pub(crate) is_stopping: bool,
    pub(crate) busy_ms: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Connection {
    pub(crate) address: String,
    pub(crate) peer: String,
    pub(crate) state: String,
    pub(crate) queued_bytes: usize,
    pub(crate) open_asks: usize,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Events {
    pub(crate) total: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Finding {
    pub(crate) kind: String,
    pub(crate) address: Option<String>,
    pub(crate) text: String,
}

impl Node {
    /// Returns the workers under their supervisors, in the order in which they came, each with its depth.
    pub(crate) fn tree(&self) -> Vec<(&Worker, usize)> {
        let is_shown = |address: &str| self.workers.iter().any(|it| it.address == address);
        let is_root = |worker: &&Worker| match &worker.supervisor {
            Some(supervisor) => *supervisor == worker.address || !is_shown(supervisor),
            None => true,
        };
        let mut tree = Vec::with_capacity(self.workers.len());
        let mut next: Vec<_> = self
            .workers
            .iter()
            .filter(is_root)
            .map(|it| (it, 0))
            .collect();
        next.reverse();
        while let Some((worker, depth)) = next.pop() {
            tree.push((worker, depth));
            let children = self.workers.iter().rev().filter(|it| {
                it.supervisor.as_deref() == Some(&*worker.address) && it.address != worker.address
            });
            // A node that says that two workers supervise each other has them as no roots, so it comes here never.
            next.extend(children.map(|it| (it, depth + 1)));
        }
        tree
    }
}
