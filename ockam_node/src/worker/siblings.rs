//! The place of a worker under a supervisor.
//!
//! ```text
//!  Running ── a sibling fails ─▶ Marked ── the message in hand is done ─▶ Resting ── go ─▶ Going ─▶ Running
//!     │                                 └── too late, and it goes by itself ─▶ Running
//!     └────── it fails itself ────────────────────────────────────────▶ Resting ── end ─▶ Ending
//! ```

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use ockam_core::{Address, DownReason, Message, Route, Routed};
use tokio::sync::Notify;

use crate::delivery::{AnyEndpoint, Watch};
use crate::mailbox::{Signal, Wakeup};

/// Which workers are started again when one of them fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Strategy {
    OneForOne,
    OneForAll,
    RestForOne,
}

/// The children of one incarnation of a supervisor.
pub(super) struct Siblings {
    strategy: Strategy,
    state: Mutex<State>,
    supervisor: OnceLock<Weak<dyn AnyEndpoint>>,
}

#[derive(Default)]
struct State {
    /// In the order in which they were started.
    children: BTreeMap<u64, Arc<Place>>,
    last: u64,
    /// The children that have failed within their budgets, with the delays of their restarts.
    failed: BTreeMap<u64, Duration>,
    /// The children that have failed once too often, and how.
    gave_up: BTreeMap<u64, String>,
    is_closed: bool,
}

/// Lets the supervisor look at its children, or change how many members its pool has.
pub(crate) enum Wake {
    Look,
    Resize(usize),
}

/// Local to the node.
impl Message for Wake {}

/// Returns `true` if an endpoint is that of a supervisor, or of a group, which has one.
pub(crate) fn is_supervisor(endpoint: &dyn AnyEndpoint) -> bool {
    endpoint.as_group().is_some() || endpoint.downcast_ref::<Wake>().is_some()
}

/// What has happened to the children.
pub(super) enum Event {
    /// One has failed. It is to be started again after a delay, with those that go with it.
    Failed(u64, Duration),
    /// One has failed once too often.
    GaveUp(u64, String),
}

/// A worker under a supervisor.
pub(crate) struct Place {
    number: u64,
    /// Whether it is a part of the supervisor, and not started later.
    is_static: bool,
    siblings: Weak<Siblings>,
    endpoint: OnceLock<Arc<dyn AnyEndpoint>>,
    phase: Mutex<Phase>,
    changed: Notify,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Running,
    /// It is to begin no further message.
    Marked,
    /// It is to begin no further message, and the others don't wait for it any more.
    Late,
    /// It waits for its supervisor.
    Resting,
    Going {
        is_fresh: bool,
    },
    /// It is to end.
    Ending,
    Ended,
}

/// How a worker that is to be started again came to rest.
pub(super) enum Rested {
    /// In time. Its supervisor decides when it begins.
    WithOthers,
    /// Too late. It begins by itself.
    Late,
    /// Not because of others.
    Alone,
}

/// What a supervisor decides about a child that rests.
pub(super) enum Rest {
    /// It begins again; with a new budget, if it is fresh.
    Go { is_fresh: bool },
    /// It ends.
    End,
}

impl Siblings {
    pub(super) fn new(strategy: Strategy) -> Arc<Self> {
        Arc::new(Self {
            strategy,
            state: Mutex::default(),
            supervisor: OnceLock::new(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets which endpoint is woken for events.
    pub(super) fn set_supervisor(&self, endpoint: &Arc<dyn AnyEndpoint>) {
        // There is one supervisor.
        let _ = self.supervisor.set(Arc::downgrade(endpoint));
    }

    /// Adds a place for a child that is about to be started. Returns `None` if the supervisor ends.
    pub(super) fn add(self: &Arc<Self>, is_static: bool) -> Option<Arc<Place>> {
        let mut state = self.lock();
        if state.is_closed {
            return None;
        }
        state.last += 1;
        let child = Arc::new(Place {
            number: state.last,
            is_static,
            siblings: Arc::downgrade(self),
            endpoint: OnceLock::new(),
            phase: Mutex::new(Phase::Running),
            changed: Notify::new(),
        });
        state.children.insert(child.number, child.clone());
        Some(child)
    }

    fn remove(&self, number: u64) {
        let mut state = self.lock();
        let removed = state.children.remove(&number);
        // Those that were marked because of its failure rest, and have still to begin again.
        if state.gave_up.remove(&number).is_some() {
            state.failed.insert(number, Duration::ZERO);
        }
        drop(state);
        drop(removed);
    }

    /// Returns the children, the last one first, and adds no more.
    pub(super) fn close(&self) -> Vec<Arc<Place>> {
        let mut state = self.lock();
        state.is_closed = true;
        state.children.values().rev().cloned().collect()
    }

    /// Returns a child that has failed, and those that are started again with it, in the order of start.
    pub(super) fn affected(&self, number: u64) -> Vec<Arc<Place>> {
        let state = self.lock();
        let children = match self.strategy {
            Strategy::OneForOne => state.children.range(number..=number),
            Strategy::OneForAll => state.children.range(..),
            Strategy::RestForOne => state.children.range(number..),
        };
        children.map(|(_, child)| child.clone()).collect()
    }

    /// Takes the next event.
    pub(super) fn next_event(&self) -> Option<Event> {
        let mut state = self.lock();
        let gave_up = state.gave_up.pop_first();
        let gave_up = gave_up.map(|(number, why)| Event::GaveUp(number, why));
        gave_up.or_else(|| {
            let (number, delay) = state.failed.pop_first()?;
            Some(Event::Failed(number, delay))
        })
    }

    /// Marks those that are started again together with a child: they begin no further message.
    fn mark_others(&self, number: u64) {
        for child in self.affected(number) {
            if child.number != number {
                child.mark();
            }
        }
    }

    /// Returns the address of the supervisor, if it is known.
    fn supervisor(&self) -> Option<Address> {
        let supervisor = self.supervisor.get()?.upgrade()?;
        Some(supervisor.registration().address().clone())
    }

    /// Lets the supervisor look at its events.
    fn wake_supervisor(&self) {
        let supervisor = self.supervisor.get().and_then(Weak::upgrade);
        if let Some(supervisor) = supervisor {
            // If its mailbox is full, it is about to look.
            let _ = supervisor
                .push(None, Routed::new(Wake::Look, Route::new()))
                .map(Wakeup::wake);
        }
    }
}

impl Place {
    /// Returns the address of its supervisor, if there is one.
    pub(super) fn supervisor(&self) -> Option<Address> {
        self.siblings.upgrade()?.supervisor()
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, phase: Phase) {
        let before = mem::replace(&mut *self.lock(), phase);
        if before != phase {
            self.changed.notify_waiters();
        }
    }

    /// Notes which worker it is, and watches it.
    pub(super) fn set_endpoint(self: &Arc<Self>, watch: u64, endpoint: &Arc<dyn AnyEndpoint>) {
        // A sibling may have marked the place, or the supervisor closed, while the child was made.
        let phase = self.lock();
        // A child is started once.
        let _ = self.endpoint.set(endpoint.clone());
        let is_marked = *phase == Phase::Marked;
        drop(phase);
        if is_marked {
            let _ = endpoint.signal(Signal::Restart, 1);
        }
        let siblings = self.siblings.upgrade();
        if siblings.is_none_or(|siblings| siblings.lock().is_closed) {
            endpoint.registration().lifecycle.request_stop();
            endpoint.stop();
        }
        if !endpoint.registration().watchers.add(watch, self.clone()) {
            self.has_ended();
        }
    }

    /// Gives up the place of a child that was not started, or has ended.
    pub(crate) fn has_ended(&self) {
        self.change(Phase::Ended);
        if let Some(siblings) = self.siblings.upgrade() {
            siblings.remove(self.number);
        }
    }

    pub(super) fn is_over(&self) -> bool {
        *self.lock() == Phase::Ended
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn endpoint(&self) -> Option<&Arc<dyn AnyEndpoint>> {
        self.endpoint.get()
    }

    // ---- what the worker itself calls

    /// Notes a failure within the budget. Returns `true` if the worker is started again by its supervisor,
    /// together with others.
    pub(super) fn fails_with_others(&self, delay: Duration) -> bool {
        let Some(siblings) = self.siblings.upgrade() else {
            return false;
        };
        if siblings.strategy == Strategy::OneForOne {
            return false;
        }
        // Before it rests: whoever lets it go takes the event back.
        siblings.lock().failed.insert(self.number, delay);
        self.comes_to_rest_with(&siblings);
        true
    }

    /// Notes a failure over the budget. Returns `true` if the supervisor decides.
    pub(super) fn gives_up(&self, why: &str) -> bool {
        let Some(siblings) = self.siblings.upgrade().filter(|_| self.is_static) else {
            return false;
        };
        siblings.lock().gave_up.insert(self.number, why.to_owned());
        self.comes_to_rest_with(&siblings);
        true
    }

    fn comes_to_rest_with(&self, siblings: &Siblings) {
        siblings.mark_others(self.number);
        self.change(Phase::Resting);
        siblings.wake_supervisor();
    }

    /// Notes that the worker has come to rest without a failure.
    pub(super) fn comes_to_rest(&self) -> Rested {
        let mut phase = self.lock();
        match *phase {
            Phase::Marked => {
                *phase = Phase::Resting;
                drop(phase);
                self.changed.notify_waiters();
                Rested::WithOthers
            }
            Phase::Late => Rested::Late,
            _ => Rested::Alone,
        }
    }

    /// Waits for what the supervisor decides.
    pub(super) async fn rest(&self) -> Rest {
        match self
            .reach(|phase| matches!(phase, Phase::Going { .. } | Phase::Ending))
            .await
        {
            Phase::Going { is_fresh } => Rest::Go { is_fresh },
            _ => Rest::End,
        }
    }

    /// Notes that the worker runs again.
    pub(super) fn runs(&self) {
        self.change(Phase::Running);
    }

    // ---- what the supervisor calls

    /// Lets a worker that runs begin no further message.
    pub(super) fn mark(&self) {
        let mut phase = self.lock();
        if *phase != Phase::Running {
            return;
        }
        *phase = Phase::Marked;
        if let Some(endpoint) = self.endpoint.get() {
            // Under the lock: a worker that comes to rest by itself has no such signal left. It is refused by
            // one that has ended.
            let _ = endpoint.signal(Signal::Restart, 1);
        }
    }

    /// Waits until the worker rests or has ended.
    pub(super) async fn rested(&self) {
        self.reach(|phase| matches!(phase, Phase::Resting | Phase::Ended))
            .await;
    }

    /// Waits no longer for a worker that doesn't rest.
    pub(super) fn no_longer_waited_for(&self) {
        let mut phase = self.lock();
        if *phase == Phase::Marked {
            *phase = Phase::Late;
        }
    }

    /// Lets a worker that rests begin again, and waits until it runs. Returns `false` if it has failed
    /// again.
    pub(super) async fn go(&self, is_fresh: bool) -> bool {
        if !self.begin_to_go(is_fresh) {
            return true;
        }
        let settled = |phase| matches!(phase, Phase::Running | Phase::Resting | Phase::Ended);
        self.reach(settled).await != Phase::Resting
    }

    /// Lets a worker that rests begin again. Returns `false` if it doesn't rest: it may have ended just now.
    fn begin_to_go(&self, is_fresh: bool) -> bool {
        let siblings = self.siblings.upgrade();
        let state = siblings.as_ref().map(|siblings| siblings.lock());
        let mut phase = self.lock();
        if *phase != Phase::Resting {
            return false;
        }
        if let Some(mut state) = state {
            state.failed.remove(&self.number);
            state.gave_up.remove(&self.number);
        }
        *phase = Phase::Going { is_fresh };
        drop(phase);
        self.changed.notify_waiters();
        true
    }

    /// Lets a worker that rests end.
    pub(super) fn end(&self) {
        let mut phase = self.lock();
        if *phase == Phase::Resting {
            *phase = Phase::Ending;
            drop(phase);
            self.changed.notify_waiters();
        }
    }

    async fn reach(&self, reached: impl Fn(Phase) -> bool) -> Phase {
        loop {
            // Created before the phase is read, so that no change in between is missed.
            let changed = self.changed.notified();
            let phase = *self.lock();
            if reached(phase) {
                return phase;
            }
            changed.await;
        }
    }
}

impl Watch for Place {
    fn ended(&self, _incarnation: u64, _reason: &DownReason) {
        self.has_ended();
    }

    fn restarted(&self, _incarnation: u64, _reason: &DownReason) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_child_that_ends_just_before_it_is_to_go_has_ended() {
        let siblings = Siblings::new(Strategy::OneForAll);
        let child = siblings.add(true).expect("it is open");
        child.change(Phase::Resting);
        thread::scope(|scope| {
            let state = siblings.lock();
            let going = scope.spawn(|| child.begin_to_go(false));
            // By then, it waits for this lock, and must not have looked at the phase before.
            thread::sleep(Duration::from_millis(20));
            child.change(Phase::Ended);
            drop(state);
            assert!(!going.join().expect("it doesn't panic"));
        });
        assert_eq!(*child.lock(), Phase::Ended);
    }
}
