use std::cmp::Reverse;
use std::sync::Arc;

use tokio::time::Instant;

use super::end_by;
use crate::log;
use crate::node::Node;
use crate::resident::{AnyResident, Role};
use crate::stopping::StopReport;

impl Node {
    /// Begins the stop of the node, unless it has begun.
    pub(crate) fn request_stop(self: &Arc<Self>) {
        if self.stopping.begin() {
            self.runtime.spawn(stop(self.clone()));
        }
    }

    /// Returns the residents of one role, the last one registered first.
    fn residents(&self, role: Role) -> Vec<Arc<dyn AnyResident>> {
        let entries = self.registry.entries().into_iter();
        let mut residents: Vec<_> = entries.map(|(_, entry)| entry.resident).collect();
        residents.retain(|resident| resident.tenancy().role == role);
        residents.sort_unstable_by_key(|resident| Reverse(resident.tenancy().id));
        residents.dedup_by_key(|resident| resident.tenancy().id);
        residents
    }

    fn close(&self, role: Role) {
        self.residents(role)
            .iter()
            .for_each(|resident| resident.close());
    }
}

async fn stop(node: Arc<Node>) {
    let deadline = Instant::now() + node.settings.stop_timeout;
    let dead_letters = node.dead_letters();
    let mut killed = Vec::new();
    node.close(Role::App);
    // Again for those that were being started: whoever registers now is refused.
    loop {
        let workers = node.residents(Role::Worker);
        if workers.is_empty() {
            break;
        }
        for worker in workers {
            worker.close();
            if !end_by(deadline, worker.clone()).await {
                killed.push(worker.tenancy().address().clone());
            }
        }
        if Instant::now() >= deadline {
            break;
        }
    }
    node.close(Role::Open);
    let dead_letters = node.dead_letters() - dead_letters;
    if dead_letters > 0 || !killed.is_empty() {
        let (name, workers) = (&node.settings.name, killed.len());
        let lost =
            format_args!("the stop lost {dead_letters} messages and killed {workers} workers");
        log::warn_node(name, lost);
    }
    let report = StopReport {
        dead_letters,
        killed,
    };
    node.stopping.finish(report);
}
