use std::mem;
use std::task::Waker;

/// The wakers of the tasks that wait for the next change.
#[derive(Default)]
pub(super) struct Waiters {
    /// Stored in place: most workers have no other waiter than the task that stops them.
    first: Option<Waiter>,
    others: Vec<Waiter>,
    last: WaitId,
}

/// Tells the waits of a lifecycle apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct WaitId(u64);

struct Waiter {
    id: WaitId,
    waker: Waker,
}

impl Waiters {
    /// Registers the waker of a wait, which gets its number the first time. Returns the waker that was
    /// registered before.
    pub(super) fn register(&mut self, id: &mut Option<WaitId>, waker: Waker) -> Option<Waker> {
        let id = *id.get_or_insert_with(|| {
            self.last.0 += 1;
            self.last
        });
        let mut registered = self.first.iter_mut().chain(&mut self.others);
        if let Some(waiter) = registered.find(|waiter| waiter.id == id) {
            return Some(mem::replace(&mut waiter.waker, waker));
        }
        let waiter = Waiter { id, waker };
        match self.first {
            None => self.first = Some(waiter),
            Some(_) => self.others.push(waiter),
        }
        None
    }

    /// Removes the waker of a wait, unless a change has taken it.
    pub(super) fn remove(&mut self, id: WaitId) -> Option<Waker> {
        let is_it = |waiter: &Waiter| waiter.id == id;
        let first = self.first.take_if(|first| is_it(first));
        let removed = first.or_else(|| {
            let place = self.others.iter().position(is_it)?;
            Some(self.others.swap_remove(place))
        });
        removed.map(|waiter| waiter.waker)
    }

    /// Takes all wakers.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Waker> + use<> {
        let others = mem::take(&mut self.others);
        let all = self.first.take().into_iter().chain(others);
        all.map(|waiter| waiter.waker)
    }
}
