use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::task::AbortHandle;

/// How far a resident has come, and the way to end it.
pub(crate) struct Life(Mutex<State>);

struct State {
    stage: Stage,
    waiting: Waiting,
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

/// Who is woken by the next change. Mostly nobody waits, or one, for whom nothing is allocated.
#[derive(Default)]
struct Waiting {
    first: Option<Waker>,
    others: Vec<Waker>,
}

impl Life {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            stage: Stage::Starting,
            waiting: Waiting::default(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the task of the relay. A resident that was killed meanwhile is ended by that.
    pub(crate) fn run(&self, task: AbortHandle) {
        let state = self.lock();
        match state.stage {
            Stage::Starting => change(state, Stage::Running(task)),
            Stage::Killed => {
                drop(state);
                task.abort();
            }
            Stage::Running(_) | Stage::Ended => {}
        }
    }

    /// Drops what the resident is doing, at its next `.await`.
    pub(crate) fn kill(&self) {
        let state = self.lock();
        match &state.stage {
            Stage::Starting => change(state, Stage::Killed),
            Stage::Running(task) => {
                let task = task.clone();
                drop(state);
                task.abort();
            }
            Stage::Killed | Stage::Ended => {}
        }
    }

    pub(crate) fn end(&self) {
        change(self.lock(), Stage::Ended);
    }

    /// Tells whether the caller is the relay: it can't wait for its own end.
    pub(crate) fn is_run_by_this_task(&self) -> bool {
        let Some(caller) = tokio::task::try_id() else {
            return false;
        };
        match &self.lock().stage {
            Stage::Running(relay) => relay.id() == caller,
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

    async fn wait(&self, reached: fn(&Stage) -> bool) {
        poll_fn(|cx| self.poll_reached(reached, cx)).await;
    }

    fn poll_reached(&self, reached: fn(&Stage) -> bool, cx: &Context<'_>) -> Poll<()> {
        // A waker is a user's code: it is cloned before the lock and dropped behind it.
        let waker = cx.waker().clone();
        let mut state = self.lock();
        if reached(&state.stage) {
            drop(state);
            return Poll::Ready(());
        }
        let known = state.waiting.note(waker);
        drop(state);
        drop(known);
        Poll::Pending
    }
}

/// Comes to another stage and wakes all who wait. Those who wait for a later one come back.
fn change(mut state: MutexGuard<'_, State>, stage: Stage) {
    let last = mem::replace(&mut state.stage, stage);
    let waiting = mem::take(&mut state.waiting);
    drop(state);
    drop(last);
    waiting.first.into_iter().for_each(Waker::wake);
    waiting.others.into_iter().for_each(Waker::wake);
}

impl Waiting {
    /// Notes whom to wake. Gives the waker back if it is noted already.
    fn note(&mut self, waker: Waker) -> Option<Waker> {
        let mut noted = self.first.iter().chain(&self.others);
        if noted.any(|other| other.will_wake(&waker)) {
            return Some(waker);
        }
        match &self.first {
            None => self.first = Some(waker),
            Some(_) => self.others.push(waker),
        }
        None
    }
}
