use std::collections::BTreeMap;
use std::mem;
use std::sync::Mutex;

use ockam_node::transport::Watched;

use crate::lock::lock;
use crate::quota::Share;
use crate::quotas::Quotas;

/// How many workers of this node one peer monitors at most.
const MAX_PEER_MONITORS: usize = 4 * 1024;

/// About how many bytes a monitor of a peer takes: places in two maps, and a watch.
const MONITOR_BYTES: usize = 512;

/// The workers of this node that the peer monitors, by the numbers that it has given the monitors.
pub(in crate::connection) struct PeerMonitors(Mutex<State>);

struct State {
    /// What keeps a watch, once it has begun.
    monitors: BTreeMap<u64, Option<Watched>>,
    /// What they take of the accounts of all connections.
    share: Share,
}

impl PeerMonitors {
    pub(in crate::connection) fn new(quotas: &Quotas) -> Self {
        Self(Mutex::new(State {
            monitors: BTreeMap::new(),
            share: quotas.accounts.small_share(),
        }))
    }

    /// Makes a place for a monitor, instead of another one with its number. Tells whether there is one.
    pub(in crate::connection) fn reserve(&self, number: u64) -> bool {
        let mut state = lock(&self.0);
        let is_new = !state.monitors.contains_key(&number);
        let is_full = state.monitors.len() >= MAX_PEER_MONITORS || state.share.is_too_much();
        if is_new && is_full {
            return false;
        }
        let before = state.monitors.insert(number, None);
        state.count();
        drop(state);
        drop(before);
        true
    }

    /// Keeps a watch that has begun, unless the monitor is over by now.
    pub(in crate::connection) fn keep(&self, number: u64, watched: Watched) -> bool {
        let mut state = lock(&self.0);
        match state.monitors.get_mut(&number) {
            Some(place) => {
                let before = place.replace(watched);
                drop(state);
                drop(before);
                true
            }
            None => {
                drop(state);
                drop(watched);
                false
            }
        }
    }

    /// Returns the incarnation that lives of a worker that is monitored, or 0.
    pub(in crate::connection) fn incarnation(&self, number: u64) -> u64 {
        let state = lock(&self.0);
        let watched = state.monitors.get(&number).and_then(Option::as_ref);
        watched.map_or(0, Watched::incarnation)
    }

    /// Removes a monitor. Returns `false` if there is none.
    pub(in crate::connection) fn remove(&self, number: u64) -> bool {
        let mut state = lock(&self.0);
        let removed = state.monitors.remove(&number);
        state.count();
        drop(state);
        removed.is_some()
    }

    /// Removes all monitors: the peer makes them again on its next stream.
    pub(in crate::connection) fn clear(&self) {
        let mut state = lock(&self.0);
        let all = mem::take(&mut state.monitors);
        state.count();
        drop(state);
        drop(all);
    }
}

impl State {
    fn count(&mut self) {
        self.share.set(self.monitors.len() * MONITOR_BYTES);
    }
}
