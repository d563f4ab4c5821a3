use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The bits of a worker's number that are the number of its registration. The others are that of its node.
const REGISTRATION_BITS: u32 = 40;

/// The largest number of a node.
const MAX_NODE: u64 = (1 << (64 - REGISTRATION_BITS)) - 1;

static LAST_NODE: AtomicU64 = AtomicU64::new(0);

/// The workers of a node that block their threads, by the numbers of their registrations, and since when.
#[derive(Default)]
pub(super) struct Blocked(Mutex<BTreeMap<u64, Instant>>);

impl Blocked {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, registration: u64, since: Instant) {
        self.lock().insert(registration, since);
    }

    pub(super) fn remove(&self, registration: u64) {
        self.lock().remove(&registration);
    }

    pub(super) fn since(&self, registration: u64) -> Option<Instant> {
        self.lock().get(&registration).copied()
    }
}

/// Returns a number for a node whose workers are watched for so long a time, and 0 if they are not.
pub(super) fn node_number(block_warning: Duration) -> u64 {
    match block_warning.is_zero() {
        true => 0,
        // It begins anew after 16 million nodes.
        false => LAST_NODE.fetch_add(1, Ordering::Relaxed) % MAX_NODE + 1,
    }
}

/// Returns the number of a worker among those of all nodes, and 0 if its node is not watched.
pub(super) fn worker_number(node: u64, registration: u64) -> u64 {
    match node {
        0 => 0,
        node => (node << REGISTRATION_BITS) | (registration % (1 << REGISTRATION_BITS)),
    }
}

/// Returns the number of the node of a worker, and that of its registration.
pub(super) fn of_worker(number: u64) -> (u64, u64) {
    (
        number >> REGISTRATION_BITS,
        number % (1 << REGISTRATION_BITS),
    )
}
