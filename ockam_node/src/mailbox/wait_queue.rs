use std::collections::VecDeque;
use std::task::Waker;

use super::arrivals::Arrivals;
use super::permit::Permit;

/// The senders that wait for a place, in order.
///
/// Most mailboxes never have a waiting sender, so the queue is allocated when the first one comes.
#[derive(Default)]
pub(super) struct WaitQueue(Option<Box<Waiters>>);

/// The capacity of the queue that is kept when it is empty, in senders.
const MAX_IDLE_PLACES: usize = 16;

#[derive(Default)]
struct Waiters {
    /// Ordered by permit. When a permit is granted, its waker is taken and woken.
    wakers: VecDeque<(Permit, Option<Waker>)>,
    next: Permit,
    /// All permits below this one have been granted.
    granted: Permit,
    /// When messages came, if that is noted.
    arrivals: Option<Arrivals>,
}

impl WaitQueue {
    /// Returns `true` if no sender has a permit, granted or not, and it is not noted when messages come. So most
    /// pushes look at one thing only.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        match &self.0 {
            None => true,
            Some(waiters) => waiters.wakers.is_empty() && waiters.arrivals.is_none(),
        }
    }

    /// Notes from now on when messages come, of which `came` have come before.
    pub(super) fn time_arrivals(&mut self, came: usize, clock: fn() -> u64) {
        let waiters = self.0.get_or_insert_default();
        let arrivals = &mut waiters.arrivals;
        arrivals.get_or_insert_with(|| Arrivals::new(came, clock));
    }

    /// Notes that messages have come, if that is noted. At most `max` are known.
    pub(super) fn note_arrivals(&mut self, messages: usize, max: usize) {
        if let Some(arrivals) = self.0.as_deref_mut().and_then(|it| it.arrivals.as_mut()) {
            arrivals.note(messages, max);
        }
    }

    /// Takes the time at which the message came that was begun as number `begun`, if it is known.
    pub(super) fn take_arrival(&mut self, begun: usize) -> Option<u64> {
        self.0.as_deref_mut()?.arrivals.as_mut()?.take(begun)
    }

    /// Returns `true` if a sender waits for its permit to be granted.
    pub(super) fn has_waiting(&self) -> bool {
        let Some(waiters) = self.0.as_deref() else {
            return false;
        };
        let last = waiters.wakers.back();
        last.is_some_and(|(last, _)| *last >= waiters.granted)
    }

    pub(super) fn is_granted(&self, permit: Permit) -> bool {
        let granted = self.0.as_deref().map(|waiters| waiters.granted);
        granted.is_some_and(|granted| permit < granted)
    }

    /// Returns how many permits have been granted and not used yet.
    pub(super) fn granted(&self) -> usize {
        self.0.as_deref().map_or(0, Waiters::first_waiting)
    }

    pub(super) fn enter(&mut self) -> Permit {
        let waiters = self.0.get_or_insert_default();
        let permit = waiters.next;
        waiters.next += 1;
        waiters.wakers.push_back((permit, None));
        permit
    }

    /// Registers the waker of `permit`, and returns the one that was registered before.
    pub(super) fn register(&mut self, permit: Permit, waker: Waker) -> Option<Waker> {
        let waiters = self.0.as_deref_mut()?;
        match waiters.find(permit) {
            Some(place) => waiters.wakers[place].1.replace(waker),
            None => Some(waker),
        }
    }

    /// Removes a permit, and returns its waker.
    pub(super) fn remove(&mut self, permit: Permit) -> Option<Waker> {
        let waiters = self.0.as_deref_mut()?;
        let place = waiters.find(permit)?;
        let removed = waiters.wakers.remove(place);
        if waiters.wakers.is_empty() {
            waiters.wakers.shrink_to(MAX_IDLE_PLACES);
        }
        removed.and_then(|(_, waker)| waker)
    }

    /// Grants the next permit, and returns its waker.
    pub(super) fn grant(&mut self) -> Option<Waker> {
        let waiters = self.0.as_deref_mut()?;
        let place = waiters.first_waiting();
        let (permit, waker) = waiters.wakers.get_mut(place)?;
        waiters.granted = *permit + 1;
        waker.take()
    }

    pub(super) fn grant_all(&mut self) -> Vec<Waker> {
        let Some(waiters) = self.0.as_deref_mut() else {
            return Vec::new();
        };
        let place = waiters.first_waiting();
        waiters.granted = waiters.next;
        let waiting = waiters.wakers.range_mut(place..);
        waiting.filter_map(|(_, waker)| waker.take()).collect()
    }
}

impl Waiters {
    fn find(&self, permit: Permit) -> Option<usize> {
        let wakers = &self.wakers;
        wakers.binary_search_by_key(&permit, |(key, _)| *key).ok()
    }

    /// Returns the position of the first permit that is not granted.
    fn first_waiting(&self) -> usize {
        let wakers = &self.wakers;
        wakers.partition_point(|(permit, _)| *permit < self.granted)
    }
}
