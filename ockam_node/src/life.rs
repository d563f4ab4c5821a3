use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// How far a resident has come, and the way to end it.
pub(crate) struct Life {
    stage: Mutex<Stage>,
    changed: Notify,
}

enum Stage {
    /// Registered; a worker initialises.
    Starting,
    /// A relay runs the worker.
    Running(AbortHandle),
    /// Killed before it ran.
    Killed,
    /// Its addresses are free and its messages are counted.
    Ended,
}

impl Life {
    pub(crate) fn new() -> Self {
        Self {
            stage: Mutex::new(Stage::Starting),
            changed: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the task of the relay. A resident that was killed meanwhile is ended by that.
    pub(crate) fn run(&self, task: AbortHandle) {
        let mut stage = self.lock();
        match *stage {
            Stage::Starting => *stage = Stage::Running(task),
            Stage::Killed => {
                drop(stage);
                task.abort();
            }
            Stage::Running(_) | Stage::Ended => {}
        }
    }

    /// Drops what the resident is doing, at its next `.await`.
    pub(crate) fn kill(&self) {
        let mut stage = self.lock();
        match &*stage {
            Stage::Starting => *stage = Stage::Killed,
            Stage::Running(task) => {
                let task = task.clone();
                drop(stage);
                task.abort();
                return;
            }
            Stage::Killed | Stage::Ended => return,
        }
        drop(stage);
        self.changed.notify_waiters();
    }

    pub(crate) fn end(&self) {
        let last = std::mem::replace(&mut *self.lock(), Stage::Ended);
        drop(last);
        self.changed.notify_waiters();
    }

    /// Tells whether the caller is the relay: it can't wait for its own end.
    pub(crate) fn is_run_by_this_task(&self) -> bool {
        match &*self.lock() {
            Stage::Running(relay) => tokio::task::try_id() == Some(relay.id()),
            Stage::Starting | Stage::Killed | Stage::Ended => false,
        }
    }

    /// Waits until the resident has been killed before it ran.
    pub(crate) async fn killed(&self) {
        self.wait(|stage| matches!(stage, Stage::Killed)).await;
    }

    /// Waits until its addresses are free and its messages are counted.
    pub(crate) async fn ended(&self) {
        self.wait(|stage| matches!(stage, Stage::Ended)).await;
    }

    async fn wait(&self, reached: impl Fn(&Stage) -> bool) {
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
