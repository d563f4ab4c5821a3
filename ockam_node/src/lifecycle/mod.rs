//! The lifecycle of a worker or an open context: its stage, how to end it, and why it has ended.
//!
//! ```text
//!  Starting ──▶ Running ──▶ Ended(reason)
//!      └── killed ────────────▲
//! ```
//!
//! The reason is noted where it is known (a stop, a kill, a panic). The one with the greatest weight is
//! kept, and it is final once the lifecycle has ended.

mod exit_reason;
mod waiters;

use std::future::poll_fn;
use std::mem;
use std::sync::PoisonError;
use std::task::{Context, Poll};

use crate::panics::wake;
use crate::sync::{AbortHandle, Id, Mutex, MutexGuard, current_task};

pub(crate) use exit_reason::ExitReason;
use waiters::{WaitId, Waiters};

pub(crate) struct Lifecycle(Mutex<State>);

struct State {
    stage: Stage,
    reason: Option<ExitReason>,
    /// The tasks that the next change wakes.
    waiters: Waiters,
}

enum Stage {
    /// It is registered. A worker runs its `initialize`.
    Starting,
    /// The task of the worker has begun, but its abort handle is not known yet.
    Begun(Id),
    /// The task of the worker runs.
    Running(AbortHandle),
    /// It was killed before its task ran.
    Killed,
    /// The addresses are free, and the remaining messages have been counted.
    Ended,
}

impl Lifecycle {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            stage: Stage::Starting,
            reason: None,
            waiters: Waiters::default(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the calling task runs the worker.
    pub(crate) fn begin(&self, task: Id) {
        let mut state = self.lock();
        if matches!(state.stage, Stage::Starting) {
            state.stage = Stage::Begun(task);
        }
    }

    /// Stores the abort handle of the task that runs the worker. If the worker has been killed already,
    /// the task is aborted.
    pub(crate) fn run(&self, task: AbortHandle) {
        let state = self.lock();
        match state.stage {
            Stage::Starting | Stage::Begun(_) => change(state, Stage::Running(task)),
            Stage::Killed => {
                drop(state);
                task.abort();
            }
            Stage::Running(_) | Stage::Ended => {}
        }
    }

    /// Notes why the worker ends, if the reason outweighs the one that was noted before.
    pub(crate) fn note(&self, reason: ExitReason) {
        self.lock().note(reason);
    }

    /// Drops what the worker is doing, at its next `.await`.
    pub(crate) fn kill(&self, reason: ExitReason) {
        let mut state = self.lock();
        state.note(reason);
        match &state.stage {
            Stage::Starting | Stage::Begun(_) => change(state, Stage::Killed),
            Stage::Running(task) => {
                let task = task.clone();
                drop(state);
                task.abort();
            }
            Stage::Killed | Stage::Ended => {}
        }
    }

    /// Ends for the reason that was noted. Returns the reason, which is final from now on.
    pub(crate) fn end(&self) -> ExitReason {
        let mut state = self.lock();
        let unnoted = match state.stage {
            // Whoever stops or kills it notes that, and so does a panic. What is left is a runtime that
            // drops its tasks.
            Stage::Begun(_) | Stage::Running(_) => ExitReason::NodeStopped,
            // A context that its owner has dropped.
            Stage::Starting | Stage::Killed | Stage::Ended => ExitReason::Stopped,
        };
        let reason = state.reason.get_or_insert(unnoted).clone();
        change(state, Stage::Ended);
        reason
    }

    /// Returns the reason that was noted so far. It is final if the lifecycle has ended.
    pub(crate) fn reason(&self) -> Option<ExitReason> {
        self.lock().reason.clone()
    }

    /// Returns `true` before the task of the worker has begun.
    pub(crate) fn is_starting(&self) -> bool {
        matches!(self.lock().stage, Stage::Starting)
    }

    /// Returns `true` if the calling task runs the worker. It can't wait for its own end.
    pub(crate) fn is_run_by_this_task(&self) -> bool {
        self.lock().stage.is_run_by_this_task()
    }

    /// Notes a stop. Returns `true` if the task of the worker itself asks for it.
    pub(crate) fn request_stop(&self) -> bool {
        let mut state = self.lock();
        state.note(ExitReason::Stopped);
        state.stage.is_run_by_this_task()
    }

    /// Waits until a worker has initialised, or can't any more.
    pub(crate) async fn started(&self) {
        let started = |state: &State| (!matches!(state.stage, Stage::Starting)).then_some(());
        let mut wait = Wait::new(self);
        poll_fn(|cx| wait.poll(started, cx)).await;
    }

    /// Returns `true` if it has ended, or is killed before its task runs.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.lock().stage, Stage::Killed | Stage::Ended)
    }

    /// Waits until the worker is killed before its task runs.
    pub(crate) async fn killed(&self) {
        let killed = |state: &State| matches!(state.stage, Stage::Killed).then_some(());
        let mut wait = Wait::new(self);
        poll_fn(|cx| wait.poll(killed, cx)).await;
    }

    /// Waits until the addresses are free and the remaining messages have been counted. Returns the
    /// reason of the end.
    pub(crate) async fn ended(&self) -> ExitReason {
        let ended = |state: &State| match (&state.stage, &state.reason) {
            (Stage::Ended, Some(reason)) => Some(reason.clone()),
            _ => None,
        };
        let mut wait = Wait::new(self);
        poll_fn(|cx| wait.poll(ended, cx)).await
    }
}

impl Stage {
    fn is_run_by_this_task(&self) -> bool {
        match self {
            Self::Running(task) => current_task() == Some(task.id()),
            Self::Begun(task) => current_task() == Some(*task),
            Self::Starting | Self::Killed | Self::Ended => false,
        }
    }
}

impl State {
    fn note(&mut self, reason: ExitReason) {
        if matches!(self.stage, Stage::Ended) {
            return;
        }
        match &self.reason {
            Some(before) if !reason.outweighs(before) => {}
            _ => self.reason = Some(reason),
        }
    }
}

/// A wait for a stage. When it is dropped, its waker is removed.
struct Wait<'a> {
    lifecycle: &'a Lifecycle,
    /// It is known once the wait is registered.
    id: Option<WaitId>,
}

impl<'a> Wait<'a> {
    fn new(lifecycle: &'a Lifecycle) -> Self {
        Self {
            lifecycle,
            id: None,
        }
    }

    fn poll<T>(&mut self, reached: impl FnOnce(&State) -> Option<T>, cx: &Context<'_>) -> Poll<T> {
        // A waker is code of a user, so it is cloned before the lock is taken and dropped after it is
        // released.
        let waker = cx.waker().clone();
        let mut state = self.lifecycle.lock();
        if let Some(what) = reached(&state) {
            drop(state);
            // The change that led here has taken the waker.
            self.id = None;
            return Poll::Ready(what);
        }
        let before = state.waiters.register(&mut self.id, waker);
        drop(state);
        drop(before);
        Poll::Pending
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let waker = self.lifecycle.lock().waiters.remove(id);
            drop(waker);
        }
    }
}

/// Changes the stage and wakes all tasks that wait. A task that waits for a later stage registers
/// again.
fn change(mut state: MutexGuard<'_, State>, stage: Stage) {
    let last = mem::replace(&mut state.stage, stage);
    let waiters = state.waiters.take();
    drop(state);
    drop(last);
    waiters.for_each(wake);
}
