//! No notification is lost, whoever waits for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread::{self, JoinHandle};

use crate::explore::explore;
use crate::notify::{Notified, Notify};
use crate::task::{Task, all_joined, block_on, poll_once};
use crate::wakers::{DROPPED, WOKEN, Wakers};

/// Polls one for the first time, which has to wait.
fn begin(one: &mut Notified<'_>, task: &Task) {
    let polled = Pin::new(one).poll(&mut Context::from_waker(&task.waker));
    assert!(polled.is_pending());
}

/// Notifies one in a thread of its own.
fn notifying(notify: &Arc<Notify>) -> JoinHandle<()> {
    let notify = notify.clone();
    thread::spawn(move || notify.notify_one())
}

#[test]
fn all_who_waited_before_they_looked() {
    explore(|| {
        let changed = Arc::new((Notify::new(), AtomicBool::new(false)));
        let seen = changed.clone();
        let changing = thread::spawn(move || {
            changed.1.store(true, Ordering::Relaxed);
            changed.0.notify_waiters();
        });
        loop {
            let notified = seen.0.notified();
            if seen.1.load(Ordering::Relaxed) {
                break;
            }
            block_on(notified);
        }
        changing.join().unwrap();
    });
}

/// Both have begun to wait.
#[test]
fn all_of_two() {
    explore(|| {
        let notify = Arc::new(Notify::new());
        let tasks = [Task::new(), Task::new()];
        let mut both = [notify.notified(), notify.notified()];
        both.iter_mut()
            .zip(&tasks)
            .for_each(|(one, task)| begin(one, task));
        let same = notify.clone();
        let notifying = thread::spawn(move || same.notify_waiters());
        both.into_iter()
            .zip(&tasks)
            .for_each(|(one, task)| task.block_on(one));
        notifying.join().unwrap();
        assert!(poll_once(&mut notify.notified()).is_pending());
    });
}

#[test]
fn one_who_comes_before_or_behind() {
    explore(|| {
        let notify = Arc::new(Notify::new());
        let notifying = notifying(&notify);
        block_on(notify.notified());
        notifying.join().unwrap();
        assert!(poll_once(&mut notify.notified()).is_pending());
    });
}

/// Both have begun to wait.
#[test]
fn both_of_two_one_by_one() {
    explore(|| {
        let notify = Arc::new(Notify::new());
        let tasks = [Task::new(), Task::new()];
        let mut both = [notify.notified(), notify.notified()];
        both.iter_mut()
            .zip(&tasks)
            .for_each(|(one, task)| begin(one, task));
        let notifying = [notifying(&notify), notifying(&notify)];
        both.into_iter()
            .zip(&tasks)
            .for_each(|(one, task)| task.block_on(one));
        assert_eq!(all_joined(notifying), [(), ()]);
        assert!(poll_once(&mut notify.notified()).is_pending());
    });
}

/// The first one goes before or after it has been notified.
#[test]
fn another_one_instead_of_one_who_goes() {
    explore(|| {
        let notify = Arc::new(Notify::new());
        let task = Task::new();
        let [mut hasty, mut waiting] = [notify.notified(), notify.notified()];
        begin(&mut hasty, &Task::new());
        begin(&mut waiting, &task);
        let notifying = notifying(&notify);
        drop(hasty);
        task.block_on(waiting);
        notifying.join().unwrap();
        assert!(poll_once(&mut notify.notified()).is_pending());
    });
}

/// Nobody else waits when the one who may have been notified goes.
#[test]
fn one_who_comes_behind_one_who_goes() {
    explore(|| {
        let notify = Arc::new(Notify::new());
        let mut hasty = notify.notified();
        begin(&mut hasty, &Task::new());
        let notifying = notifying(&notify);
        drop(hasty);
        block_on(notify.notified());
        notifying.join().unwrap();
        assert!(poll_once(&mut notify.notified()).is_pending());
    });
}

/// The one who has noticed is still there when another one is notified.
#[test]
fn nobody_who_has_noticed() {
    explore(|| {
        let notify = Arc::new(Notify::new());
        let mut noticed = notify.notified();
        let notifying_first = notifying(&notify);
        let task = Task::new();
        task.block_on(&mut noticed);
        let notifying = notifying(&notify);
        block_on(notify.notified());
        assert_eq!(all_joined([notifying_first, notifying]), [(), ()]);
        drop(noticed);
        assert!(poll_once(&mut notify.notified()).is_pending());
    });
}

#[test]
fn whoever_waits_longest_comes_first() {
    explore(|| {
        let notify = Notify::new();
        let mut all = [(); 3].map(|()| notify.notified());
        assert!(all.iter_mut().all(|one| poll_once(one).is_pending()));
        // Nor does it lose its place when it is polled again.
        assert!(poll_once(&mut all[0]).is_pending());
        for next in 0..all.len() {
            notify.notify_one();
            let notified = all.each_mut().map(|one| poll_once(one).is_ready());
            assert_eq!(
                notified.iter().position(|is_notified| *is_notified),
                Some(next)
            );
        }
    });
}

#[test]
fn with_the_waker_that_it_showed_last() {
    explore(|| {
        let notify = Arc::new(Notify::new());
        let mut notified = notify.notified();
        begin(&mut notified, &Task::new());
        let notifying = notifying(&notify);
        block_on(notified);
        notifying.join().unwrap();
    });
}

/// A waker that is called back takes the lock, and changes nothing.
#[test]
fn runs_no_code_of_a_user_under_the_lock() {
    explore(|| {
        let notify = Arc::new(Notify::new());
        let called = Arc::downgrade(&notify);
        let wakers = Wakers::new(move || {
            let _ = called.upgrade().map(|notify| drop(notify.notified()));
        });
        let mut notified = notify.notified();
        for calls in [0, DROPPED] {
            wakers.wait(&mut notified);
            assert_eq!(wakers.calls(), calls);
        }
        notify.notify_one();
        assert_eq!(wakers.calls(), WOKEN);
        let mut next = notify.notified();
        wakers.wait(&mut next);
        drop(notified);
        assert_eq!(wakers.calls(), WOKEN);
        assert_eq!(poll_once(&mut next), Poll::Ready(()));
        let [mut one, mut other] = [notify.notified(), notify.notified()];
        wakers.wait(&mut one);
        wakers.wait(&mut other);
        drop(one);
        assert_eq!(wakers.calls(), DROPPED);
        notify.notify_waiters();
        assert_eq!(wakers.calls(), WOKEN);
    });
}
