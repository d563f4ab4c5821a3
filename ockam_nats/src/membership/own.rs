use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use ockam_core::{Address, Addresses, Result};
use ockam_node::Context;
use tokio::sync::Notify;

use super::card::{Card, Serving};
use crate::lock::lock;

/// What this node says of itself.
pub(crate) struct Own {
    /// Looks at mailboxes.
    ctx: Context,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// The groups that it serves, and with which workers.
    serving: BTreeMap<String, Address>,
    exposed: BTreeSet<Address>,
    /// Whether it serves no group any more, because it stops.
    is_stopping: bool,
}

impl Own {
    pub(crate) fn new(ctx: Context) -> Self {
        Self {
            ctx,
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Checks that there is a worker.
    ///
    /// # Errors
    ///
    /// `UnknownAddress`
    pub(crate) fn check(&self, worker: &Address) -> Result<()> {
        self.ctx.inspect_worker(worker.clone()).map(drop)
    }

    pub(crate) fn serve(&self, group: &str, worker: &Address) {
        lock(&self.state)
            .serving
            .insert(group.to_owned(), worker.clone());
        self.changed.notify_one();
    }

    /// Leaves a group. Returns `false` if this node is not in it.
    pub(crate) fn leave(&self, group: &str) -> bool {
        let was_in = lock(&self.state).serving.remove(group).is_some();
        self.changed.notify_one();
        was_in
    }

    pub(crate) fn expose(&self, addresses: &Addresses) {
        let mut state = lock(&self.state);
        state.exposed.extend(addresses.as_slice().iter().cloned());
        drop(state);
        self.changed.notify_one();
    }

    pub(crate) fn conceal(&self, addresses: &Addresses) {
        let mut state = lock(&self.state);
        addresses.as_slice().iter().for_each(|address| {
            state.exposed.remove(address);
        });
        drop(state);
        self.changed.notify_one();
    }

    /// Leaves all groups, because the node stops.
    pub(crate) fn stop(&self) {
        lock(&self.state).is_stopping = true;
        self.changed.notify_one();
    }

    /// Lets the others hear of this node soon.
    pub(crate) fn show(&self) {
        self.changed.notify_one();
    }

    /// Tells whether this node serves a group now.
    pub(crate) fn serves(&self, group: &str) -> bool {
        let state = lock(&self.state);
        let worker = state
            .serving
            .get(group)
            .filter(|_| !state.is_stopping)
            .cloned();
        drop(state);
        worker.is_some_and(|worker| self.ctx.inspect_worker(worker).is_ok())
    }

    /// Waits until there is something to say.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Returns what there is to say.
    pub(crate) fn card(&self, name: &str, incarnation: u64) -> Card {
        let mut card = Card::new(name, incarnation);
        let state = lock(&self.state);
        card.exposed = state.exposed.iter().map(ToString::to_string).collect();
        let serving = match state.is_stopping {
            true => BTreeMap::new(),
            false => state.serving.clone(),
        };
        drop(state);
        for (group, worker) in serving {
            // A worker that has ended serves nobody.
            let Ok(report) = self.ctx.inspect_worker(worker.clone()) else {
                continue;
            };
            card.serving.push(Serving {
                group,
                worker: worker.to_string(),
                load: u32::try_from(report.queued).unwrap_or(u32::MAX),
            });
        }
        card
    }
}
