use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::task::Waker;

use crate::address::Address;
use crate::panics::wake;

/// Those who want to hear of the end of an ask: handlers that wait for it, and links that have taken the
/// question to another node.
///
/// There are as many as there are waits, and links on the way of the question. No code of a user runs under
/// the lock: wakers are cloned before it is taken, and woken and dropped after it is released.
#[derive(Default)]
pub(super) struct Watchers(Mutex<List>);

#[derive(Default)]
struct List {
    tasks: Vec<(WatchId, Waker)>,
    /// Mostly there is one, which is stored in place.
    holder: Option<Weak<dyn Holder>>,
    other_holders: Vec<Weak<dyn Holder>>,
    last: WatchId,
}

/// Tells the waits for the end of an ask apart.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct WatchId(u64);

/// A link that has taken a question to another node.
#[doc(hidden)]
pub trait Holder: Send + Sync + 'static {
    /// Hears that the asker has stopped waiting, whom the address stands for.
    fn abandoned(&self, asker: &Address);
}

impl Watchers {
    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers the task of a wait, which gets its number the first time.
    pub(super) fn register(&self, id: &mut Option<WatchId>, task: Waker) {
        let mut list = self.lock();
        let id = *id.get_or_insert_with(|| {
            list.last.0 += 1;
            list.last
        });
        let registered = list.tasks.iter_mut().find(|(other, _)| *other == id);
        let before = match registered {
            Some((_, waker)) => Some(mem::replace(waker, task)),
            None => {
                list.tasks.push((id, task));
                None
            }
        };
        drop(list);
        drop(before);
    }

    pub(super) fn remove(&self, id: WatchId) {
        let mut list = self.lock();
        let place = list.tasks.iter().position(|(other, _)| *other == id);
        let removed = place.map(|place| list.tasks.swap_remove(place));
        drop(list);
        drop(removed);
    }

    pub(super) fn add_holder(&self, holder: Weak<dyn Holder>) {
        let mut list = self.lock();
        match list.holder {
            None => list.holder = Some(holder),
            Some(_) => list.other_holders.push(holder),
        }
    }

    /// Wakes those who wait for the end.
    pub(super) fn ended(&self) {
        let tasks = mem::take(&mut self.lock().tasks);
        tasks.into_iter().for_each(|(_, task)| wake(task));
    }

    /// Tells all that the asker has stopped waiting.
    pub(super) fn abandoned(&self, asker: &Address) {
        let mut list = self.lock();
        let holders = (list.holder.take(), mem::take(&mut list.other_holders));
        drop(list);
        let holders = holders.0.into_iter().chain(holders.1);
        let alive = holders.filter_map(|holder| holder.upgrade());
        alive.for_each(|holder| holder.abandoned(asker));
        self.ended();
    }
}
