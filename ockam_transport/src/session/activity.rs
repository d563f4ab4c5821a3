use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::lock::lock;

/// What has happened on a stream, for the task that looks from time to time.
#[derive(Default)]
pub(super) struct Activity {
    reads: AtomicU64,
    writes: AtomicU64,
    is_writing: AtomicBool,
    has_read_all: AtomicBool,
    why: Mutex<String>,
}

impl Activity {
    pub(super) fn has_read(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn has_written(&self) {
        self.writes.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes whether there are bytes that the stream has not taken yet.
    pub(super) fn set_writing(&self, is_writing: bool) {
        self.is_writing.store(is_writing, Ordering::Relaxed);
    }

    /// Notes that the peer has ended its half of the stream, between two frames.
    pub(super) fn has_read_all(&self) {
        self.has_read_all.store(true, Ordering::Release);
    }

    /// Notes why nothing more is read.
    pub(super) fn has_stopped_reading(&self, why: String) {
        *lock(&self.why) = why;
    }

    pub(super) fn why(&self) -> String {
        lock(&self.why).clone()
    }

    pub(super) fn is_all_read(&self) -> bool {
        self.has_read_all.load(Ordering::Acquire)
    }

    pub(super) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    pub(super) fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    pub(super) fn is_writing(&self) -> bool {
        self.is_writing.load(Ordering::Relaxed)
    }
}
