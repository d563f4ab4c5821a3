use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex};

use ockam_core::{Address, DownReason};
use ockam_node::transport::Watch;

use crate::lock::lock;
use crate::message::{Monitored, News};

/// How many workers of one peer this node monitors at most.
const MAX_OWN_MONITORS: usize = 16 * 1024;

/// What is told when a worker can be reached again, and is the same.
const BACK: &str = "the connection to it was lost, and is back";

/// What is told of a failure whose text has stayed on the other node.
const ELSEWHERE: &str = "on another node, whose log has the reason";

/// The workers of the peer that this node monitors, by the numbers of the monitors.
#[derive(Default)]
pub(in crate::connection) struct OwnMonitors(Mutex<State>);

#[derive(Default)]
struct State {
    monitors: BTreeMap<u64, Own>,
    is_closed: bool,
}

struct Own {
    address: Address,
    watch: Arc<dyn Watch>,
    /// The worker that the peer has confirmed, or 0.
    worker: u64,
    /// The incarnation that the peer has named last, or 0.
    incarnation: u64,
    /// Whether the connection has been lost since the peer has confirmed the monitor.
    is_lost: bool,
}

impl OwnMonitors {
    /// Tells whether there is room for another one.
    pub(in crate::connection) fn has_room(&self) -> bool {
        lock(&self.0).monitors.len() < MAX_OWN_MONITORS
    }

    /// Adds a monitor, of which the peer is not told yet. On a connection that is closed, it is over at once.
    pub(in crate::connection) fn add(&self, number: u64, address: &Address, watch: Arc<dyn Watch>) {
        let own = Own {
            address: address.clone(),
            watch: watch.clone(),
            worker: 0,
            incarnation: 0,
            is_lost: false,
        };
        let mut state = lock(&self.0);
        if state.is_closed {
            drop(state);
            return watch.ended(0, &DownReason::Unreachable);
        }
        state.monitors.insert(number, own);
    }

    /// Removes a monitor. Returns `false` if it is over.
    pub(in crate::connection) fn remove(&self, number: u64) -> bool {
        let removed = lock(&self.0).monitors.remove(&number);
        removed.is_some()
    }

    /// Returns what the peer is told on a new stream.
    pub(in crate::connection) fn all(&self) -> Vec<(u64, Address)> {
        let state = lock(&self.0);
        let all = state.monitors.iter();
        all.map(|(number, own)| (*number, own.address.clone()))
            .collect()
    }

    /// Tells those who monitor that the peer can't be reached.
    pub(in crate::connection) fn lose(&self) {
        let mut lost = Vec::new();
        for own in lock(&self.0).monitors.values_mut() {
            own.is_lost = true;
            lost.push((own.watch.clone(), own.incarnation));
        }
        for (watch, incarnation) in lost {
            watch.restarted(incarnation, &DownReason::Unreachable);
        }
    }

    /// Ends all monitors: nothing more will be known.
    pub(in crate::connection) fn end_all(&self) {
        let all = mem::take(&mut lock(&self.0).monitors);
        for own in all.into_values() {
            own.watch.ended(own.incarnation, &DownReason::Unreachable);
        }
    }

    /// Ends all monitors, also those to come: the connection is closed.
    pub(in crate::connection) fn close(&self) {
        lock(&self.0).is_closed = true;
        self.end_all();
    }

    /// Passes on what the peer tells. Of a monitor that is over, it may still tell something.
    pub(in crate::connection) fn told(&self, told: &Monitored) {
        let mut state = lock(&self.0);
        let Some(own) = state.monitors.get_mut(&told.number) else {
            return;
        };
        let (watch, known) = (own.watch.clone(), own.incarnation);
        match own.hear(told) {
            Heard::Nothing => {}
            Heard::Restarted(incarnation, reason) => {
                drop(state);
                watch.restarted(incarnation, &reason);
            }
            Heard::Ended(reason) => {
                state.monitors.remove(&told.number);
                drop(state);
                // One that is not there any more has been there before.
                let incarnation = if known == 0 { told.incarnation } else { known };
                watch.ended(incarnation, &reason);
            }
        }
    }
}

/// What those who monitor a worker are told.
enum Heard {
    Nothing,
    /// An incarnation has ended, or can be reached again.
    Restarted(u64, DownReason),
    Ended(DownReason),
}

impl Own {
    fn hear(&mut self, told: &Monitored) -> Heard {
        let restarted = |incarnation| {
            let reason = DownReason::Restarted(ELSEWHERE.to_owned());
            Heard::Restarted(incarnation, reason)
        };
        if let Some(reason) = end_of(told.news) {
            return Heard::Ended(reason);
        }
        if told.news == News::Restarted {
            self.incarnation = told.next;
            return restarted(told.incarnation);
        }
        let worker = mem::replace(&mut self.worker, told.worker);
        if worker != 0 && worker != told.worker {
            // It has ended while there was no stream, and nobody knows how.
            return Heard::Ended(DownReason::Unknown);
        }
        let before = mem::replace(&mut self.incarnation, told.incarnation);
        let was_lost = mem::take(&mut self.is_lost);
        if before != 0 && before != told.incarnation {
            return restarted(before);
        }
        match was_lost {
            true => Heard::Restarted(before, DownReason::Restarted(BACK.to_owned())),
            false => Heard::Nothing,
        }
    }
}

/// Returns why a monitor is over, if it is.
fn end_of(news: News) -> Option<DownReason> {
    let why = || ELSEWHERE.to_owned();
    match news {
        News::Lives | News::Restarted => None,
        News::Stopped => Some(DownReason::Stopped),
        News::Killed => Some(DownReason::Killed),
        News::Panicked => Some(DownReason::Panicked(why())),
        News::Failed => Some(DownReason::Failed(why())),
        News::GaveUp => Some(DownReason::GaveUp(why())),
        News::Unknown => Some(DownReason::Unknown),
        News::TooMany => Some(DownReason::Unreachable),
    }
}
