//! Names workers that block their threads.
//!
//! ```text
//!  Counted::poll ─▶ epoch of the thread ◀── every 25 ms ── the watcher, a thread of the process ─▶ log
//! ```
//!
//! It is about real time, whatever the clock of the node does: a thread that is blocked is blocked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::{Node, blocked};
use crate::log;
use crate::task;
use crate::task::polls::{self, Polls};

/// The longest time between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// The shortest one.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(1);

/// After so many looks that have seen no poll, the watcher sleeps until there is one.
const QUIET_LOOKS: u32 = 40;

/// The nodes that are watched.
static NODES: Mutex<Nodes> = Mutex::new(Nodes {
    watched: Vec::new(),
    is_looking: false,
});

struct Nodes {
    watched: Vec<WatchedNode>,
    /// Whether there is a thread that looks.
    is_looking: bool,
}

struct WatchedNode {
    number: u64,
    block_warning: Duration,
    node: Weak<Node>,
}

/// The number of threads for which there is room from the beginning.
const EXPECTED_THREADS: usize = 64;

/// The threads that the watcher knows.
struct Threads {
    known: Vec<WatchedThread>,
    /// Those of one look. It is kept for the next one.
    all: Vec<&'static Polls>,
}

/// What the watcher knows about a thread.
struct WatchedThread {
    /// The number of its place, which is not kept: it goes with the thread.
    number: u64,
    epoch: u64,
    /// When the epoch was first seen.
    since: Instant,
    /// The worker that was named because of it: its node, and the number of its registration.
    named: Option<(Weak<Node>, u64)>,
}

impl Node {
    /// Begins to watch the workers of this node, if it is set to.
    pub(crate) fn watch_for_blocks(self: &Arc<Self>) {
        if self.number == 0 {
            return;
        }
        let mut nodes = nodes();
        nodes.watched.retain(|it| it.node.strong_count() > 0);
        nodes.watched.push(WatchedNode {
            number: self.number,
            block_warning: self.settings.block_warning,
            node: Arc::downgrade(self),
        });
        if nodes.is_looking {
            return;
        }
        let started = task::spawn_thread("ockam watchdog".to_owned(), look_for_ever);
        nodes.is_looking = started.is_ok();
        drop(nodes);
        if let Err(error) = started {
            let why = format_args!("handlers that block are not looked for: {error}");
            log::warn_node(self.name(), why);
        }
    }

    /// Ends the watch, so that nothing is kept of a node that is dropped.
    pub(super) fn watch_no_more(&self) {
        if self.number != 0 {
            nodes().watched.retain(|it| it.number != self.number);
        }
    }

    /// Returns the number under which the polls of a worker are counted. It is 0 if they are not.
    pub(crate) fn number_for_polls(&self, registration: u64) -> u64 {
        blocked::worker_number(self.number, registration)
    }

    /// Returns how long a worker has blocked its thread by now, if it has been named for that.
    pub(crate) fn blocks_for(&self, registration: u64) -> Option<Duration> {
        self.blocked
            .since(registration)
            .map(|since| since.elapsed())
    }

    /// Logs that a worker blocks its thread, or that it has.
    fn log_block(&self, registration: u64, what: &str, time: Duration) {
        let all = self.router.registry.all();
        let mut all = all.iter().map(|(_, found)| found.registration());
        // One that has ended needs no name any more.
        if let Some(worker) = all.find(|it| it.id == registration) {
            let time = Duration::from_millis(time.as_millis() as u64);
            let why = format_args!(
                "a handler {what} its thread for {time:?}: no other worker runs there meanwhile"
            );
            log::warn(worker.address(), why);
        }
    }
}

fn nodes() -> MutexGuard<'static, Nodes> {
    NODES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the time between two looks.
fn interval() -> Duration {
    let nodes = nodes();
    let limits = nodes.watched.iter().map(|node| node.block_warning / 4);
    let shortest = limits.min().unwrap_or(LOOK_EVERY);
    shortest.clamp(LOOK_AT_MOST_EVERY, LOOK_EVERY)
}

fn look_for_ever() {
    let mut threads = Threads {
        known: Vec::with_capacity(EXPECTED_THREADS),
        all: Vec::with_capacity(EXPECTED_THREADS),
    };
    let mut quiet_looks = 0;
    loop {
        thread::sleep(interval());
        quiet_looks = match threads.look() {
            true => 0,
            false => quiet_looks + 1,
        };
        if quiet_looks >= QUIET_LOOKS {
            quiet_looks = 0;
            polls::sleep_until_polled(|| {
                // By then, all threads know that they are to wake this one.
                thread::sleep(LOOK_EVERY);
                !threads.look()
            });
        }
    }
}

impl Threads {
    /// Looks at all threads. Returns `true` if one polls a worker, or has polled one since the last look.
    fn look(&mut self) -> bool {
        let now = Instant::now();
        let (known, all) = (&mut self.known, &mut self.all);
        polls::all(all);
        known.retain(|thread| all.iter().any(|it| it.number == thread.number));
        let mut is_busy = false;
        for polls in all.drain(..) {
            match known.iter_mut().find(|it| it.number == polls.number) {
                Some(thread) => is_busy |= thread.look(polls, now),
                None => {
                    is_busy = true;
                    known.push(WatchedThread {
                        number: polls.number,
                        epoch: polls.look().epoch,
                        since: now,
                        named: None,
                    });
                }
            }
        }
        is_busy
    }
}

impl WatchedThread {
    fn look(&mut self, polls: &Polls, now: Instant) -> bool {
        let seen = polls.look();
        let time = now.saturating_duration_since(self.since);
        if seen.epoch != self.epoch {
            if let Some((node, registration)) = self.named.take() {
                if let Some(node) = node.upgrade() {
                    node.blocked.remove(registration);
                    node.log_block(registration, "has blocked", time);
                }
            }
            self.epoch = seen.epoch;
            self.since = now;
            return true;
        }
        if let (Some(worker), None) = (seen.worker, &self.named) {
            self.name(worker, time);
        }
        seen.worker.is_some()
    }

    /// Names a worker, if its poll takes too long.
    fn name(&mut self, worker: u64, time: Duration) {
        let (number, registration) = blocked::of_worker(worker);
        let nodes = nodes();
        let Some(watched) = nodes.watched.iter().find(|it| it.number == number) else {
            return;
        };
        if time < watched.block_warning {
            return;
        }
        let node = watched.node.clone();
        drop(nodes);
        if let Some(node) = node.upgrade() {
            node.blocked.add(registration, self.since);
            node.log_block(registration, "blocks", time);
        }
        self.named = Some((node, registration));
    }
}
