use std::cmp::Reverse;
use std::future::pending;
use std::sync::{Arc, Weak};

use ockam_core::{Address, Error, TransportType};

use super::{KILL_GRACE, Node, StopReport};
use crate::delivery::{AnyEndpoint, Role};
use crate::lifecycle::ExitReason;
use crate::log::{self, Trouble};
use crate::task;
use crate::time::clock::{self, Instant};

impl Node {
    /// Begins the stop of the node, if it has not begun yet.
    pub(crate) fn request_stop(self: &Arc<Self>) {
        if self.stopping.begin() {
            self.router.set_stopping();
            task::spawn(&self.runtime, stop(self.clone()));
        }
    }

    /// Stops the node with an error, which is the end of `main` under `#[ockam::node]`.
    pub(crate) fn fail(self: &Arc<Self>, error: Error) {
        self.stopping.note_failure(error.to_string());
        self.request_stop();
    }

    /// Ends the node at once, without its runtime: all of the runtime's threads are blocked or gone.
    pub(crate) fn abandon(&self) {
        self.stopping.note_abandoned();
        self.stopping.begin();
        self.router.set_stopping();
        self.close(Role::App);
        self.close(Role::Open);
        let workers = self.endpoints(Role::Worker);
        let killed = workers.iter().map(|worker| worker.registration().address());
        let report = StopReport {
            dead_letters: 0,
            stuck: Vec::new(),
            failure: self.stopping.failure().map(str::to_owned),
            blocking_calls: self.blocking.running(),
            killed: killed.cloned().collect(),
        };
        self.stopping.finish(report);
        for worker in &workers {
            worker
                .registration()
                .lifecycle
                .kill(ExitReason::NodeStopped);
        }
        let transports = self.router.transports.take_all();
        transports.iter().for_each(|transport| transport.abandon());
    }

    /// Ends the node at once, because its runtime ends.
    pub(crate) fn abandon_runtime(&self) {
        self.runtime.end();
        self.abandon();
    }

    /// Abandons the node when its runtime ends. This is for a node on a runtime of its user.
    pub(crate) fn abandon_with_runtime(self: &Arc<Self>) {
        let on_drop = AbandonOnDrop(Arc::downgrade(self));
        let task = task::spawn(&self.runtime, async move {
            let _on_drop = on_drop;
            pending().await
        });
        // A node is started only once, so the cell is empty.
        let _ = self.abandon_task.set(task.abort_handle());
    }

    /// Returns the endpoints of one role, the last one registered first.
    fn endpoints(&self, role: Role) -> Vec<Arc<dyn AnyEndpoint>> {
        let mut endpoints = Vec::new();
        for (_, found) in self.router.registry.all() {
            let endpoint = found.mailbox();
            endpoints.extend(
                endpoint
                    .filter(|it| it.registration().role == role)
                    .cloned(),
            );
        }
        endpoints.sort_unstable_by_key(|endpoint| Reverse(endpoint.registration().id));
        endpoints.dedup_by_key(|endpoint| endpoint.registration().id);
        endpoints
    }

    /// Returns `true` if the caller is a handler of this node.
    pub(crate) fn is_handling(&self) -> bool {
        let workers = self.endpoints(Role::Worker);
        let is_caller =
            |it: &Arc<dyn AnyEndpoint>| it.registration().lifecycle.is_run_by_this_task();
        workers.iter().any(is_caller)
    }

    fn close(&self, role: Role) {
        for endpoint in self.endpoints(role) {
            endpoint
                .registration()
                .lifecycle
                .note(ExitReason::NodeStopped);
            endpoint.stop();
        }
    }
}

/// Abandons a node when it is dropped. A task owns it. The runtime drops the task when it ends, and the
/// node aborts the task when it has stopped. In that case nothing is left to abandon.
struct AbandonOnDrop(Weak<Node>);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        if let Some(node) = self.0.upgrade() {
            node.abandon_runtime();
        }
    }
}

async fn stop(node: Arc<Node>) {
    let deadline = clock::after(node.settings.stop_timeout);
    let dead_letters = node.dead_letters.count();
    let transports = node.router.transports.all();
    transports
        .iter()
        .for_each(|transport| transport.stop_listening());
    node.close(Role::App);
    let mut stuck = Vec::new();
    let stopping = stop_workers(&node, deadline, &mut stuck);
    let killed = match clock::limit_at(deadline, stopping).await {
        Some(()) => Vec::new(),
        None => kill_workers(&node).await,
    };
    node.close(Role::Open);
    for transport in node.router.transports.take_all() {
        let deadline = deadline.max(clock::after(KILL_GRACE));
        let flushed = clock::limit_at(deadline, transport.flush()).await;
        if flushed.is_none() {
            match transport.address_type().map(TransportType::number) {
                Some(kind) => {
                    let why = format_args!("the connections of type {kind} took too long to close");
                    log::warn_node(node.name(), why);
                }
                None => {
                    let why = format_args!("the secure channels took too long to close");
                    log::warn_node(node.name(), why);
                }
            }
            transport.abandon();
        }
    }
    let dead_letters = node.dead_letters.count() - dead_letters;
    if dead_letters > 0 || !killed.is_empty() {
        let (name, workers) = (node.name(), killed.len());
        let lost = format_args!("the stop lost {dead_letters} messages, killed {workers} workers");
        log::warn_node(name, lost);
    }
    let blocking_calls = node.blocking.running();
    if blocking_calls > 0 {
        let why = format_args!("blocking calls that still run: {blocking_calls}");
        log::warn_node(node.name(), why);
    }
    node.stopping.finish(StopReport {
        dead_letters,
        stuck,
        killed,
        blocking_calls,
        failure: node.stopping.failure().map(str::to_owned),
    });
    node.abandon_task.get().inspect(|task| task.abort());
}

/// Stops the workers one after another, the last one started first. All of them hear of it before.
///
/// One that doesn't stop holds up the others for a quarter of the time that is left. Then they stop side by side.
async fn stop_workers(node: &Node, deadline: Instant, stuck: &mut Vec<Address>) {
    loop {
        let workers = node.endpoints(Role::Worker);
        if workers.is_empty() {
            return;
        }
        for worker in workers.iter().rev() {
            worker
                .registration()
                .lifecycle
                .note(ExitReason::NodeStopped);
            worker.begin_stop();
        }
        // The loop looks for workers again after these, because another one may have been started in
        // between.
        for worker in &workers {
            worker.stop();
            let registration = worker.registration();
            let ended = registration.lifecycle.ended();
            if !stuck.is_empty() {
                ended.await;
                continue;
            }
            let patience = deadline.saturating_duration_since(clock::now()) / 4;
            if clock::limit(patience, ended).await.is_none() {
                let why = format_args!(
                    "has not stopped within {patience:?}: the others no longer wait for it"
                );
                log::warn(registration.address(), why);
                stuck.push(registration.address().clone());
                workers.iter().for_each(|worker| worker.stop());
            }
        }
    }
}

/// Kills the remaining workers, and waits for all of them until the same deadline.
async fn kill_workers(node: &Node) -> Vec<Address> {
    let workers = node.endpoints(Role::Worker);
    for worker in &workers {
        worker.close();
        worker.registration().lifecycle.kill(ExitReason::Killed);
        let address = worker.registration().address();
        let why = format_args!("did not stop in time and is killed");
        log::warn(address, why);
        log::untold(Trouble::Killed, address, why);
    }
    let grace = clock::after(KILL_GRACE);
    for worker in &workers {
        let registration = worker.registration();
        let ended = clock::limit_at(grace, registration.lifecycle.ended()).await;
        if ended.is_none() {
            let why = format_args!("blocks its thread and can't be killed");
            log::error(registration.address(), why);
        }
    }
    let addresses = workers.iter().map(|worker| worker.registration().address());
    addresses.cloned().collect()
}
