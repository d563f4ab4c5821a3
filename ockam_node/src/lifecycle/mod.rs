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

use std::future::poll_fn;
use std::mem;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};

use crate::panics::wake;
use crate::sync::{AbortHandle, Id, Mutex, MutexGuard, current_task};

pub(crate) use exit_reason::ExitReason;

pub(crate) struct Lifecycle(Mutex<State>);

struct State {
    stage: Stage,
    reason: Option<ExitReason>,
    /// The tasks that the next change wakes.
    waiters: Vec<Waker>,
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
            waiters: Vec::new(),
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

    /// Returns `true` if the calling task runs the worker. It can't wait for its own end.
    pub(crate) fn is_run_by_this_task(&self) -> bool {
        let Some(caller) = current_task() else {
            return false;
        };
        match &self.lock().stage {
            Stage::Running(task) => task.id() == caller,
            Stage::Begun(task) => *task == caller,
            Stage::Starting | Stage::Killed | Stage::Ended => false,
        }
    }

    /// Waits until the worker is killed before its task runs.
    pub(crate) async fn killed(&self) {
        self.wait(|stage| matches!(stage, Stage::Killed)).await;
    }

    /// Waits until the addresses are free and the remaining messages have been counted. Returns the
    /// reason of the end.
    pub(crate) async fn ended(&self) -> ExitReason {
        self.wait(|stage| matches!(stage, Stage::Ended)).await;
        self.lock().reason.clone().unwrap_or(ExitReason::Stopped)
    }

    async fn wait(&self, reached: fn(&Stage) -> bool) {
        poll_fn(|cx| self.poll_reached(reached, cx)).await;
    }

    fn poll_reached(&self, reached: fn(&Stage) -> bool, cx: &Context<'_>) -> Poll<()> {
        // A waker is code of a user, so it is cloned before the lock is taken and dropped after it is
        // released.
        let waker = cx.waker().clone();
        let mut state = self.lock();
        if reached(&state.stage) {
            drop(state);
            return Poll::Ready(());
        }
        let is_like = |other: &Waker| other.will_wake(&waker);
        if !state.waiters.iter().any(is_like) {
            state.waiters.push(waker);
        }
        Poll::Pending
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

/// Changes the stage and wakes all tasks that wait. A task that waits for a later stage registers
/// again.
fn change(mut state: MutexGuard<'_, State>, stage: Stage) {
    let last = mem::replace(&mut state.stage, stage);
    let waiters = mem::take(&mut state.waiters);
    drop(state);
    drop(last);
    waiters.into_iter().for_each(wake);
}
