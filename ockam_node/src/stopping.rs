use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ockam_core::{Address, Error, ErrorKind, Result};
use tokio::sync::Notify;

/// How far the stop of a node has come.
pub(crate) struct Stopping {
    phase: Mutex<Phase>,
    changed: Notify,
    /// Set if `main` knows of the stop because it asked for it.
    by_main: AtomicBool,
}

enum Phase {
    Running,
    Stopping,
    Stopped(StopReport),
}

/// What the stop of a node has lost.
#[derive(Clone, Debug, Default)]
pub struct StopReport {
    pub(crate) dead_letters: u64,
    pub(crate) killed: Vec<Address>,
}

impl StopReport {
    /// Returns how many messages were accepted, but not handled before the deadline.
    pub fn dead_letters(&self) -> u64 {
        self.dead_letters
    }

    /// Returns the workers that were still running at the deadline, and were killed.
    pub fn killed(&self) -> &[Address] {
        &self.killed
    }
}

impl Stopping {
    pub(crate) fn new() -> Self {
        Self {
            phase: Mutex::new(Phase::Running),
            changed: Notify::new(),
            by_main: AtomicBool::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn has_begun(&self) -> bool {
        !matches!(*self.lock(), Phase::Running)
    }

    /// Refuses what a node that stops doesn't begin any more.
    pub(crate) fn check(&self) -> Result<()> {
        if self.has_begun() {
            return Err(Error::new(ErrorKind::Stopped, "the node stops"));
        }
        Ok(())
    }

    pub(crate) fn report(&self) -> Option<StopReport> {
        match &*self.lock() {
            Phase::Stopped(report) => Some(report.clone()),
            Phase::Running | Phase::Stopping => None,
        }
    }

    /// Notes that `main`, or whoever holds a context that isn't a worker's, asks for the stop.
    pub(crate) fn note_main(&self) {
        self.by_main.store(true, Ordering::Relaxed);
    }

    /// Waits until the node has been stopped without `main` having asked for it.
    pub(crate) async fn finished_unasked(&self) {
        self.finished().await;
        if self.by_main.load(Ordering::Relaxed) {
            pending().await
        }
    }

    /// Tells whether the caller is the one that begins.
    pub(crate) fn begin(&self) -> bool {
        let mut phase = self.lock();
        let begins = matches!(*phase, Phase::Running);
        if begins {
            *phase = Phase::Stopping;
            drop(phase);
            self.changed.notify_waiters();
        }
        begins
    }

    /// Tells whether the caller is the one that finishes.
    pub(crate) fn finish(&self, report: StopReport) -> bool {
        let mut phase = self.lock();
        let finishes = !matches!(*phase, Phase::Stopped(_));
        if finishes {
            *phase = Phase::Stopped(report);
            drop(phase);
            self.changed.notify_waiters();
        }
        finishes
    }

    /// Waits until the stop has begun.
    pub(crate) async fn begun(&self) {
        self.wait(|phase| !matches!(phase, Phase::Running)).await;
    }

    /// Waits until the node has stopped.
    pub(crate) async fn finished(&self) {
        self.wait(|phase| matches!(phase, Phase::Stopped(_))).await;
    }

    async fn wait(&self, reached: impl Fn(&Phase) -> bool) {
        loop {
            // Made before the look, so that a change in between is not missed.
            let changed = self.changed.notified();
            if reached(&self.lock()) {
                return;
            }
            changed.await;
        }
    }
}
