use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ockam_core::DownReason;

/// Those who are to hear of the end of a worker, a context or a link.
#[derive(Default)]
pub(crate) struct Watchers(Mutex<State>);

#[derive(Default)]
struct State {
    /// Most workers have none.
    watching: Option<Box<Watching>>,
    has_ended: bool,
}

#[derive(Default)]
struct Watching {
    /// By their numbers, and so in the order in which they came.
    watches: BTreeMap<u64, Arc<dyn Watch>>,
    /// Those that stop with it, and before it.
    owned: Option<Weak<dyn Owned>>,
}

/// Somebody who is to hear of an end.
pub trait Watch: Send + Sync {
    /// Hears that it has ended.
    fn ended(&self, incarnation: u64, reason: &DownReason);

    /// Hears that it has failed and will be started again. Returns `false` if it watches no longer.
    fn restarted(&self, incarnation: u64, reason: &DownReason) -> bool;
}

/// The workers that another one owns.
pub(crate) trait Owned: Send + Sync {
    /// Returns `true` if the calling task runs one of them, or one that these own.
    fn is_run_by_this_task(&self) -> bool;
}

impl Watchers {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds somebody under a number. Returns `false` if it has ended already.
    pub(crate) fn add(&self, number: u64, watch: Arc<dyn Watch>) -> bool {
        let mut state = self.lock();
        if state.has_ended {
            return false;
        }
        let watching = state.watching.get_or_insert_default();
        watching.watches.insert(number, watch);
        true
    }

    /// Sets which workers it owns.
    pub(crate) fn set_owned(&self, owned: Weak<dyn Owned>) {
        let mut state = self.lock();
        let before = state.watching.get_or_insert_default().owned.replace(owned);
        drop(state);
        drop(before);
    }

    /// Returns `true` if the calling task runs a worker that it owns.
    #[cold]
    pub(crate) fn owns_this_task(&self) -> bool {
        let state = self.lock();
        let watching = state.watching.as_ref();
        let owned = watching.and_then(|watching| watching.owned.as_ref()?.upgrade());
        drop(state);
        owned.is_some_and(|owned| owned.is_run_by_this_task())
    }

    /// Removes somebody. Returns `false` if it is not there, or has heard.
    pub(crate) fn remove(&self, number: u64) -> bool {
        let mut state = self.lock();
        let watching = state.watching.as_mut();
        let removed = watching.and_then(|watching| watching.watches.remove(&number));
        drop(state);
        removed.is_some()
    }

    /// Tells everybody, once, that it has ended.
    pub(crate) fn end(&self, incarnation: u64, reason: &DownReason) {
        let mut state = self.lock();
        state.has_ended = true;
        let watching = mem::take(&mut state.watching);
        drop(state);
        let watches = watching.iter().flat_map(|it| it.watches.values());
        for watch in watches {
            watch.ended(incarnation, reason);
        }
    }

    /// Tells everybody that it has failed and will be started again.
    pub(crate) fn restart(&self, incarnation: u64, reason: &DownReason) {
        let state = self.lock();
        let watching = state.watching.iter().flat_map(|it| it.watches.iter());
        let watching: Vec<_> = watching.map(|(number, it)| (*number, it.clone())).collect();
        drop(state);
        for (number, watch) in watching {
            if !watch.restarted(incarnation, reason) {
                self.remove(number);
            }
        }
    }
}
