//! Which worker waits for whose answer, so that a circle of asks is found by the one that closes it.
//!
//! ```text
//!  a handler asks ──▶ note: worker ─▶ address that was asked ──▶ look: does that one wait for this one?
//!  a question is forwarded ──▶ the address changes
//!  the ask ends ──▶ the note is gone
//! ```
//!
//! Only asks that a handler waits for are noted, so whoever asks elsewhere pays nothing. A worker that waits for
//! several things at once may go on without one of them, so it is taken to wait for nobody.
//!
//! **Why there is no false circle.** All notes of a circle are looked at under all locks, and each belongs to an
//! ask that is open. An ask that has ended never opens again, so all of them were open when the locks were taken.
//! **Why none is missed.** Whoever notes first increments the count first. The last one of a circle sees that it
//! is not alone, and the notes of all others.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_core::reply::{HeldAsk, ReplyTo, WeakReplyTo};
use ockam_core::{Address, Error, ErrorKind, Result};

use crate::delivery::{Destination, Registry};

/// The number of locks. Handlers of different workers mostly use different ones.
const SHARDS: usize = 16;

/// The asks that handlers of a node wait for. There is an entry for each worker whose handler waits.
#[derive(Default)]
pub(crate) struct Waits {
    shards: [Mutex<Shard>; SHARDS],
    /// The number of entries.
    count: AtomicUsize,
    last: AtomicU64,
}

type Shard = HashMap<u64, Entry, BuildHasherDefault<NumberHasher>>;

/// What the handler of one worker waits for.
#[derive(Default)]
struct Entry {
    /// How many asks and receives it waits for at once.
    waits: usize,
    /// The ask that it began when it waited for nothing else.
    edge: Option<Edge>,
}

struct Edge {
    number: u64,
    /// Where the question is.
    asked: Address,
    ask: WeakReplyTo,
}

/// A wait that is noted, until this is dropped.
pub(crate) struct Wait<'a> {
    waits: &'a Waits,
    worker: u64,
    number: u64,
}

/// A question that a handler is about to ask.
pub(crate) struct Question<'a> {
    /// The worker whose handler asks.
    pub(crate) worker: u64,
    pub(crate) asked: &'a Address,
    pub(crate) ask: &'a ReplyTo,
    /// Whether this may be a worker that asks itself.
    pub(crate) may_be_itself: bool,
}

impl Waits {
    /// Notes an ask that a handler begins to wait for.
    ///
    /// # Errors
    ///
    /// Returns `NoReply`, and prints the circle that this ask would close.
    pub(crate) fn ask(&self, registry: &Registry, question: &Question<'_>) -> Result<Wait<'_>> {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let edge = Edge {
            number,
            asked: question.asked.clone(),
            ask: question.ask.downgrade(),
        };
        let wait = self.begin(question.worker, number, Some(edge));
        match self.circle(registry, question) {
            None => Ok(wait),
            Some(circle) => Err(error_of(&circle)),
        }
    }

    /// Notes that a handler waits for something else, whoever may bring it.
    pub(crate) fn receive(&self, worker: u64) -> Wait<'_> {
        self.begin(worker, 0, None)
    }

    /// Notes that a question is passed on to an address. If that closes a circle, the ask ends with an error, and
    /// this returns `false`.
    pub(crate) fn pass_on(&self, registry: &Registry, ask: &ReplyTo, to: &Address) -> bool {
        let worker = ask.asking_worker();
        if worker == 0 {
            return true;
        }
        ask.note_passed_on();
        let mut shard = self.shard(worker);
        let entry = shard.get_mut(&worker);
        let edge = entry.and_then(|entry| entry.edge.as_mut());
        let edge = edge.filter(|edge| ask.is(&edge.ask));
        let is_noted = edge.map(|edge| edge.asked = to.clone()).is_some();
        drop(shard);
        let question = Question {
            worker,
            asked: to,
            ask,
            may_be_itself: true,
        };
        let circle = is_noted.then(|| self.circle(registry, &question)).flatten();
        // Returns the error if the ask has ended.
        circle.is_none_or(|circle| ask.fail(error_of(&circle)).is_err())
    }

    /// Returns the address that the handler of a worker waits for, if it waits for one only: nobody but its handler
    /// can answer.
    pub(crate) fn of(&self, worker: u64) -> Option<Address> {
        let found = edge_of(&self.shard(worker), worker);
        found.and_then(|(asked, ask)| ask.is_with_handler().then_some(asked))
    }

    fn begin(&self, worker: u64, number: u64, edge: Option<Edge>) -> Wait<'_> {
        let mut shard = self.shard(worker);
        let entry = shard.entry(worker).or_default();
        entry.waits += 1;
        if entry.waits == 1 {
            entry.edge = edge;
            self.count.fetch_add(1, Ordering::SeqCst);
        }
        drop(shard);
        Wait {
            waits: self,
            worker,
            number,
        }
    }

    /// Returns the workers of the circle that an ask closes, which begins and ends with the one that asks.
    #[inline]
    fn circle(&self, registry: &Registry, question: &Question<'_>) -> Option<Vec<Address>> {
        let waiting = self.count.load(Ordering::SeqCst);
        if waiting == 1 && !question.may_be_itself {
            return None;
        }
        walk(registry, question, waiting, &mut Vec::new(), |worker| {
            self.of(worker)
        })?;
        self.circle_for_sure(registry, question, waiting)
    }

    /// Looks for a circle under all locks.
    #[cold]
    fn circle_for_sure(
        &self,
        registry: &Registry,
        question: &Question<'_>,
        waiting: usize,
    ) -> Option<Vec<Address>> {
        let shards: Vec<_> = self.shards.iter().map(lock).collect();
        // The last reference to an ask may hold its answer, and the last one to an endpoint a function of its
        // user. So these are dropped without the locks.
        let (mut asks, mut visited) = (Vec::new(), Vec::new());
        let circle = walk(registry, question, waiting, &mut visited, |worker| {
            let (asked, ask) = edge_of(&shards[place_of(worker)], worker)?;
            let is_open = ask.is_with_handler();
            asks.push(ask);
            is_open.then_some(asked)
        });
        drop(shards);
        circle
    }

    fn shard(&self, worker: u64) -> MutexGuard<'_, Shard> {
        lock(&self.shards[place_of(worker)])
    }
}

impl Wait<'_> {
    /// Returns the worker whose handler waits.
    pub(crate) fn worker(&self) -> u64 {
        self.worker
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let mut shard = self.waits.shard(self.worker);
        let Some(entry) = shard.get_mut(&self.worker) else {
            return;
        };
        entry.waits -= 1;
        let ended = entry.edge.take_if(|edge| edge.number == self.number);
        if entry.waits == 0 {
            shard.remove(&self.worker);
            self.waits.count.fetch_sub(1, Ordering::SeqCst);
        }
        drop(shard);
        drop(ended);
    }
}

/// Goes from the worker that is asked to the one that it waits for, and on. Returns the way, if it leads to the
/// worker that asks: it begins and ends with that one.
fn walk(
    registry: &Registry,
    question: &Question<'_>,
    waiting: usize,
    visited: &mut Vec<Destination>,
    mut edge_of: impl FnMut(u64) -> Option<Address>,
) -> Option<Vec<Address>> {
    let mut way = Vec::new();
    let mut next = question.asked.clone();
    // Others may wait in a circle of their own.
    for _ in 0..=waiting {
        visited.push(registry.look_up(&next)?);
        let endpoint = visited.last()?.mailbox()?;
        let registration = endpoint.registration();
        way.push(registration.address().clone());
        if registration.id == question.worker {
            way.insert(0, registration.address().clone());
            return Some(way);
        }
        if !endpoint.glance().is_handling {
            // Its handler has ended, and has left the ask somewhere.
            return None;
        }
        next = edge_of(registration.id)?;
    }
    None
}

/// Returns the address that the handler of a worker waits for, if it waits for one only, with the ask.
fn edge_of(shard: &Shard, worker: u64) -> Option<(Address, HeldAsk)> {
    let entry = shard.get(&worker).filter(|entry| entry.waits == 1)?;
    let edge = entry.edge.as_ref()?;
    let ask = edge.ask.upgrade()?;
    Some((edge.asked.clone(), ask))
}

#[cold]
fn error_of(circle: &[Address]) -> Error {
    let circle = circle.iter().map(ToString::to_string);
    let circle = circle.collect::<Vec<_>>().join(" waits for ");
    Error::new(ErrorKind::NoReply, circle)
}

fn place_of(worker: u64) -> usize {
    worker as usize % SHARDS
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hashes the number of a worker, which the node chooses.
#[derive(Default)]
struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        // An odd number with bits everywhere: 2^64 divided by the golden ratio.
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
