use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::task::{AbortHandle, Id};

use crate::resting::Resting;

/// How far a resident has come, and the way to end it.
pub(crate) struct Life(Mutex<State>);

struct State {
    stage: Stage,
    waiting: Waiting,
}

enum Stage {
    /// Registered; a worker initialises, or is on its way to its rest, its task or its end.
    Starting,
    /// As before, and something has come for it.
    Called,
    /// A worker that nothing has come for so far.
    Resting(Box<dyn Resting>),
    /// The task of the worker has begun, and its handle isn't there yet.
    Begun(Id),
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
    others: Option<Box<Others>>,
}

#[derive(Default)]
struct Others(Vec<Waker>);

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

    /// Lets a worker rest until it is called, unless it has been meanwhile.
    pub(crate) fn rest(&self, worker: Box<dyn Resting>) {
        let mut state = self.lock();
        if matches!(state.stage, Stage::Starting) {
            state.stage = Stage::Resting(worker);
            return;
        }
        drop(state);
        self.run(worker);
    }

    /// Calls a worker that rests: something has come for it.
    pub(crate) fn call(&self) {
        let mut state = self.lock();
        if matches!(state.stage, Stage::Starting) {
            state.stage = Stage::Called;
        }
        let worker = state.take_resting();
        drop(state);
        worker.into_iter().for_each(|worker| self.run(worker));
    }

    /// Takes out a worker that may end where it rests. Whoever takes it ends it or [runs](Self::run) it.
    pub(crate) fn take_ending(&self) -> Option<Box<dyn Resting>> {
        let mut state = self.lock();
        match &state.stage {
            Stage::Resting(worker) if worker.may_end() => state.take_resting(),
            _ => None,
        }
    }

    /// Gives a worker its task. One that was killed meanwhile is ended by that.
    pub(crate) fn run(&self, worker: Box<dyn Resting>) {
        let task = worker.spawn();
        let state = self.lock();
        match state.stage {
            Stage::Starting | Stage::Called | Stage::Begun(_) => {
                change(state, Stage::Running(task));
            }
            Stage::Killed => {
                drop(state);
                task.abort();
            }
            Stage::Resting(_) | Stage::Running(_) | Stage::Ended => {}
        }
    }

    /// Notes that the calling task is the worker's.
    pub(crate) fn begin(&self) {
        let task = tokio::task::id();
        let mut state = self.lock();
        if matches!(state.stage, Stage::Starting | Stage::Called) {
            state.stage = Stage::Begun(task);
        }
    }

    /// Drops what the resident is doing, at its next `.await`.
    pub(crate) fn kill(&self) {
        let mut state = self.lock();
        // It is dropped by a task, as any other: its `Drop` may block.
        let resting = state.take_resting();
        match &state.stage {
            Stage::Starting | Stage::Called | Stage::Begun(_) => {
                change(state, Stage::Killed);
                resting.into_iter().for_each(|worker| self.run(worker));
            }
            Stage::Running(task) => {
                let task = task.clone();
                drop(state);
                task.abort();
            }
            Stage::Resting(_) | Stage::Killed | Stage::Ended => {}
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
            Stage::Begun(relay) => *relay == caller,
            _ => false,
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
    let others = waiting.others.map(|others| others.0).unwrap_or_default();
    waiting
        .first
        .into_iter()
        .chain(others)
        .for_each(Waker::wake);
}

impl State {
    fn take_resting(&mut self) -> Option<Box<dyn Resting>> {
        match mem::replace(&mut self.stage, Stage::Starting) {
            Stage::Resting(worker) => Some(worker),
            other => {
                self.stage = other;
                None
            }
        }
    }
}

impl Waiting {
    /// Notes whom to wake. Gives the waker back if it is noted already.
    fn note(&mut self, waker: Waker) -> Option<Waker> {
        let others = self.others.iter().flat_map(|others| &others.0);
        let mut noted = self.first.iter().chain(others);
        if noted.any(|other| other.will_wake(&waker)) {
            return Some(waker);
        }
        match &self.first {
            None => self.first = Some(waker),
            Some(_) => self.others.get_or_insert_default().0.push(waker),
        }
        None
    }
}
