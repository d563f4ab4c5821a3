use std::cmp::Reverse;
use std::future::pending;
use std::sync::{Arc, Weak};

use ockam_core::Address;
use tokio::time::{Instant, timeout_at};

use super::{GRACE, after};
use crate::log;
use crate::node::Node;
use crate::resident::{AnyResident, Role};
use crate::stopping::StopReport;
use crate::task;

impl Node {
    /// Begins the stop of the node, unless it has begun.
    pub(crate) fn request_stop(self: &Arc<Self>) {
        if self.stopping.begin() {
            task::spawn(&self.runtime, stop(self.clone()));
        }
    }

    /// Ends a stop that can't go on, because all threads of the runtime are blocked or gone.
    pub(crate) fn abandon(&self) {
        self.stopping.begin();
        self.close(Role::App);
        self.close(Role::Open);
        let workers = self.residents(Role::Worker);
        let killed = workers.iter().map(|worker| worker.tenancy().address());
        let report = StopReport {
            dead_letters: 0,
            killed: killed.cloned().collect(),
        };
        self.stopping.finish(report);
        workers.iter().for_each(|it| it.tenancy().life.kill());
        let transports = self.transports.take_all();
        transports.iter().for_each(|transport| transport.abandon());
    }

    /// Sees to it that the node is abandoned when its runtime goes, which isn't its own.
    pub(crate) fn go_with_runtime(self: &Arc<Self>) {
        let guest = Guest(Arc::downgrade(self));
        let stay = task::spawn(&self.runtime, async move {
            let _guest = guest;
            pending().await
        });
        // A node is started once.
        let _ = self.stay.set(stay.abort_handle());
    }

    /// Returns the residents of one role, the last one registered first.
    fn residents(&self, role: Role) -> Vec<Arc<dyn AnyResident>> {
        let mut residents = Vec::new();
        for (_, entry) in self.registry.entries() {
            if entry.resident.tenancy().role == role {
                residents.push(entry.resident);
            }
        }
        residents.sort_unstable_by_key(|resident| Reverse(resident.tenancy().id));
        residents.dedup_by_key(|resident| resident.tenancy().id);
        residents
    }

    /// Tells whether the caller is a handler.
    pub(crate) fn is_handling(&self) -> bool {
        let workers = self.residents(Role::Worker);
        let mut lives = workers.iter().map(|worker| &worker.tenancy().life);
        lives.any(|life| life.is_run_by_this_task())
    }

    fn close(&self, role: Role) {
        for resident in self.residents(role) {
            resident.close();
        }
    }
}

/// A node on a runtime that is not its own, which drops this in the end. So does the node when it has
/// stopped; then nothing is left to abandon.
struct Guest(Weak<Node>);

impl Drop for Guest {
    fn drop(&mut self) {
        if let Some(node) = self.0.upgrade() {
            node.abandon();
        }
    }
}

async fn stop(node: Arc<Node>) {
    let deadline = after(node.settings.stop_timeout);
    let dead_letters = node.dead_letters();
    let transports = node.transports.all();
    transports
        .iter()
        .for_each(|transport| transport.stop_listening());
    node.close(Role::App);
    let killed = match timeout_at(deadline, stop_workers(&node)).await {
        Ok(()) => Vec::new(),
        Err(_) => kill_workers(&node).await,
    };
    node.close(Role::Open);
    for transport in node.transports.take_all() {
        let flushed = timeout_at(deadline.max(Instant::now() + GRACE), transport.flush()).await;
        if flushed.is_err() {
            let kind = transport.address_type().number();
            let why = format_args!("the connections of type {kind} took too long to close");
            log::warn_node(&node.settings.name, why);
            transport.abandon();
        }
    }
    let dead_letters = node.dead_letters() - dead_letters;
    if dead_letters > 0 || !killed.is_empty() {
        let (name, workers) = (&node.settings.name, killed.len());
        let lost = format_args!("the stop lost {dead_letters} messages, killed {workers} workers");
        log::warn_node(name, lost);
    }
    node.stopping.finish(StopReport {
        dead_letters,
        killed,
    });
    node.stay.get().inspect(|stay| stay.abort());
}

/// Stops the workers one after another, the last one started first.
async fn stop_workers(node: &Node) {
    loop {
        let workers = node.residents(Role::Worker);
        if workers.is_empty() {
            return;
        }
        // Looked for again behind these: one that was being started may have come since.
        for worker in workers {
            // Not ended here where it rests: this has to keep an eye on the deadline.
            worker.close();
            worker.tenancy().life.ended().await;
        }
    }
}

/// Kills the workers that are left, and gives all of them the same time to end.
async fn kill_workers(node: &Node) -> Vec<Address> {
    let workers = node.residents(Role::Worker);
    for worker in &workers {
        worker.close();
        worker.tenancy().life.kill();
        let address = worker.tenancy().address();
        log::warn(address, format_args!("did not stop in time and is killed"));
    }
    let grace = Instant::now() + GRACE;
    for worker in &workers {
        let tenancy = worker.tenancy();
        if timeout_at(grace, tenancy.life.ended()).await.is_err() {
            log::error(
                tenancy.address(),
                format_args!("blocks its thread and can't be killed"),
            );
        }
    }
    let addresses = workers.iter().map(|worker| worker.tenancy().address());
    addresses.cloned().collect()
}
