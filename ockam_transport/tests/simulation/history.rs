//! What was sent, handled and answered in a run, and when.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ockam_core::{ErrorKind, Route};

use crate::crashed_streams::CrashedStreams;
use crate::plan::Operation;
use crate::scenario::HOSTS;

/// How a message ended for its sender.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// A tell was accepted.
    Accepted,
    /// An ask was answered.
    Answered,
    /// It failed.
    Failed(ErrorKind),
    /// There was no connection yet to send it by.
    Unsent,
}

/// What happens on a host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    Started,
    Stopped,
    Sent(u64),
    Ended(u64, Outcome),
    Handled(u64),
    Acknowledged(u64),
    Undelivered(ErrorKind),
    Connected(bool),
    Accepted,
    Read(usize),
    Wrote(usize),
    Broke,
}

/// Something that happened on a host, with its time.
pub(crate) type Event = (Duration, usize, What);

#[derive(Default)]
pub(crate) struct History {
    inner: Mutex<Records>,
    healed: AtomicBool,
    is_down: [AtomicBool; HOSTS.len()],
    pub(crate) crashed_streams: CrashedStreams,
}

#[derive(Default)]
pub(crate) struct Records {
    pub(crate) entries: HashMap<u64, Entry>,
    pub(crate) trace: Vec<Event>,
    /// What should not have happened.
    pub(crate) broken: Vec<String>,
    /// How often each host has started.
    pub(crate) lives: [u64; HOSTS.len()],
    /// How many hosts have found that everything works again, and how many have ended.
    pub(crate) well: usize,
    pub(crate) ended: usize,
    /// What the sender of each lane was told of messages that were not delivered, by the life of its host.
    pub(crate) reports: HashMap<(usize, u64), Vec<ErrorKind>>,
    /// The crashes: the host, which of its lives ended, and when.
    pub(crate) crashes: Vec<(usize, u64, Duration)>,
    pub(crate) undelivered: u64,
    pub(crate) dead_letters: u64,
    last: HashMap<(u64, String), u64>,
}

/// What is known of one message.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) operation: Operation,
    pub(crate) life: u64,
    pub(crate) begun: Duration,
    pub(crate) ended: Option<(Duration, Outcome)>,
    /// Whether its sender has crashed.
    pub(crate) is_orphan: bool,
    pub(crate) handled: u32,
    pub(crate) handled_at: Duration,
    pub(crate) acknowledged: u32,
    /// Whether its handler could not answer.
    pub(crate) is_unanswerable: bool,
}

/// Returns the simulated time, on a host.
pub(crate) fn now() -> Duration {
    turmoil::sim_elapsed().unwrap_or_default()
}

impl History {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Records> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, host: usize, what: What) {
        self.lock().trace.push((now(), host, what));
    }

    pub(crate) fn complain(&self, why: String) {
        self.lock().broken.push(format!("{:?}: {why}", now()));
    }

    /// Notes that there are no more faults.
    pub(crate) fn heal(&self) {
        self.healed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_healed(&self) -> bool {
        self.healed.load(Ordering::Relaxed)
    }

    /// Notes that a host starts. Returns how often it has started.
    pub(crate) fn start(&self, host: usize) -> u64 {
        self.note(host, What::Started);
        let mut records = self.lock();
        records.lives[host] += 1;
        records.lives[host]
    }

    pub(crate) fn begin(&self, operation: Operation, life: u64) {
        self.note(operation.from, What::Sent(operation.id));
        let entry = Entry {
            operation,
            life,
            begun: now(),
            ended: None,
            is_orphan: false,
            handled: 0,
            handled_at: Duration::ZERO,
            acknowledged: 0,
            is_unanswerable: false,
        };
        let before = self.lock().entries.insert(operation.id, entry);
        assert!(before.is_none(), "{operation:?} is sent twice");
    }

    pub(crate) fn end(&self, operation: &Operation, outcome: Outcome) {
        self.note(operation.from, What::Ended(operation.id, outcome));
        if let Some(entry) = self.lock().entries.get_mut(&operation.id) {
            entry.ended = Some((now(), outcome));
        }
    }

    /// Notes that a message is handled, and checks that messages of one lane by the same `route` are
    /// handled in order.
    pub(crate) fn handled(&self, host: usize, id: u64, lane: u64, place: u64, route: &Route) {
        self.note(host, What::Handled(id));
        let mut records = self.lock();
        let Some(entry) = records.entries.get_mut(&id) else {
            records
                .broken
                .push(format!("{id} was handled, and not sent"));
            return;
        };
        entry.handled += 1;
        entry.handled_at = now();
        if entry.operation.is_ask {
            return;
        }
        let way = (lane, format!("{host} {} {route}", records.lives[host]));
        match records.last.insert(way, place) {
            Some(last) if last >= place => {
                let why = format!("{id} was handled behind {last} of lane {lane} by {route}");
                records.broken.push(why);
            }
            _ => {}
        }
    }

    /// Notes that a sender is told of a message that was not delivered. Each lane has its own sender.
    pub(crate) fn undelivered(&self, host: usize, lane: Option<usize>, kind: ErrorKind) {
        self.note(host, What::Undelivered(kind));
        let mut records = self.lock();
        records.undelivered += 1;
        if let Some(lane) = lane {
            let life = records.lives[host];
            records.reports.entry((lane, life)).or_default().push(kind);
        }
    }

    pub(crate) fn acknowledged(&self, host: usize, id: u64) {
        self.note(host, What::Acknowledged(id));
        if let Some(entry) = self.lock().entries.get_mut(&id) {
            entry.acknowledged += 1;
        }
    }

    pub(crate) fn unanswerable(&self, id: u64) {
        if let Some(entry) = self.lock().entries.get_mut(&id) {
            entry.is_unanswerable = true;
        }
    }

    /// Notes that a host crashes. The messages that it has sent have no outcome then.
    pub(crate) fn crash(&self, host: usize, at: Duration) {
        self.is_down[host].store(true, Ordering::Relaxed);
        let mut records = self.lock();
        let life = records.lives[host];
        records.crashes.push((host, life, at));
        let of_host = |entry: &&mut Entry| entry.operation.from == host && entry.life == life;
        let open = records.entries.values_mut().filter(of_host);
        open.filter(|entry| entry.ended.is_none())
            .for_each(|entry| entry.is_orphan = true);
    }

    /// Lets a host that has crashed start again.
    pub(crate) fn allow_start(&self, host: usize) {
        self.is_down[host].store(false, Ordering::Relaxed);
    }

    pub(crate) fn is_down(&self, host: usize) -> bool {
        self.is_down[host].load(Ordering::Relaxed)
    }
}
