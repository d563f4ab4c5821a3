//! A bell generation for whoever was told that it is hung for him, and for nobody else.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Wake, Waker};

use loom::thread::{self, JoinHandle};

use crate::bell::SharedWaker;
use crate::explore::{explore, explore_within};
use crate::task::{Task, all_joined};
use crate::wakers::{WOKEN, Wakers};

const LIMIT: u64 = 4;

/// Lets an alarm go off at any time from now on.
fn alarm(bell: &Arc<SharedWaker>) -> JoinHandle<()> {
    let bell = bell.clone();
    thread::spawn(move || bell.wake())
}

/// Creates one that is hung for a task, and has not rung.
fn hung() -> (Arc<SharedWaker>, Task) {
    let (bell, task) = (Arc::new(SharedWaker::default()), Task::new());
    assert_eq!(bell.register(LIMIT, &task.waker), Some(0));
    (bell, task)
}

/// Waits for the ring behind so many, as a deadline does that was told of them.
fn wait(bell: &SharedWaker, task: &Task, generation: usize) {
    task.block_on(poll_fn(|cx| match bell.is_registered(LIMIT, cx.waker()) {
        Some(now) if now == generation => Poll::Pending,
        _ => Poll::Ready(()),
    }));
    // Nor is that the number when the next wait begins.
    assert_ne!(bell.register(LIMIT, &task.waker), Some(generation));
}

/// Looks, and waits if the bell is hung for this task.
fn look_and_wait(bell: &SharedWaker, task: &Task) -> bool {
    let told = bell.is_registered(LIMIT, &task.waker);
    told.inspect(|generation| wait(bell, task, *generation)).is_some()
}

#[test]
fn rings_for_one_who_looks() {
    explore(|| {
        let (bell, task) = hung();
        let ringing = alarm(&bell);
        look_and_wait(&bell, &task);
        ringing.join().unwrap();
    });
}

/// The alarm that was set before goes off meanwhile.
#[test]
fn rings_for_one_who_hangs_it_behind_another_ring() {
    explore_within(3, || {
        let (bell, task) = (Arc::new(SharedWaker::default()), Task::new());
        let before = alarm(&bell);
        let generation = bell.register(LIMIT, &task.waker);
        let ringing = alarm(&bell);
        wait(&bell, &task, generation.expect("nobody else hangs it"));
        assert_eq!(all_joined([before, ringing]), [(), ()]);
    });
}

/// The second one does without it, or hangs it behind the ring for the first one.
#[test]
fn rings_for_both_of_two() {
    explore_within(2, || {
        let (bell, first) = hung();
        let ringing = alarm(&bell);
        let second = (bell.clone(), Task::new());
        let waiting = thread::spawn(move || {
            let (bell, task) = &second;
            if look_and_wait(bell, task) {
                return second;
            }
            if let Some(generation) = bell.register(LIMIT, &task.waker) {
                let ringing = alarm(bell);
                wait(bell, task, generation);
                ringing.join().unwrap();
            }
            second
        });
        look_and_wait(&bell, &first);
        ringing.join().unwrap();
        waiting.join().unwrap();
    });
}

/// It generation for the one who looks, and is hung for another one.
#[test]
fn is_hung_for_nobody_else() {
    explore(|| {
        let (bell, task) = hung();
        let [other, nobody] = [Task::new(), Task::new()];
        let (hanging, next) = (bell.clone(), other.clone());
        let hanging = thread::spawn(move || {
            hanging.clone().wake();
            assert_eq!(hanging.register(LIMIT, &next.waker), Some(1));
        });
        assert_eq!(bell.is_registered(LIMIT, &nobody.waker), None);
        let told = bell.is_registered(LIMIT, &task.waker);
        assert!(matches!(told, None | Some(0)), "{told:?}");
        hanging.join().unwrap();
        assert_eq!(bell.is_registered(LIMIT, &task.waker), None);
        assert_eq!(bell.is_registered(LIMIT, &other.waker), Some(1));
    });
}

/// It generation for another one, whose limit was shorter. The task that looks is polled in two threads.
#[test]
fn is_hung_for_no_shorter_limit() {
    explore(|| {
        let (bell, before) = hung();
        let task = Task::new();
        let (hanging, same) = (bell.clone(), task.clone());
        let hanging = thread::spawn(move || {
            hanging.clone().wake();
            assert_eq!(hanging.register(LIMIT + 2, &same.waker), Some(1));
        });
        assert_eq!(bell.is_registered(LIMIT + 1, &task.waker), None);
        hanging.join().unwrap();
        assert_eq!(bell.is_registered(LIMIT + 1, &task.waker), None);
        assert_eq!(bell.is_registered(LIMIT + 2, &task.waker), Some(1));
        drop(before);
    });
}

#[test]
fn stays_hung_for_the_shortest_limit() {
    explore(|| {
        let (bell, task) = hung();
        for (limit, shorter) in [(LIMIT + 1, None), (LIMIT - 1, Some(0))] {
            assert_eq!(bell.register(limit, &task.waker), Some(0));
            assert_eq!(bell.is_registered(LIMIT - 1, &task.waker), shorter);
            assert_eq!(bell.is_registered(LIMIT, &task.waker), Some(0));
        }
    });
}

/// A waker that is called back hangs it, which takes the lock.
#[test]
fn wakes_behind_the_lock() {
    explore(|| {
        let bell = Arc::new(SharedWaker::default());
        let called = Arc::downgrade(&bell);
        let wakers = Wakers::new(move || {
            let bell = called.upgrade();
            let _ = bell.map(|bell| bell.register(LIMIT, Waker::noop()));
        });
        assert_eq!(bell.register(LIMIT, &wakers.create()), Some(0));
        bell.clone().wake();
        assert_eq!(wakers.calls(), WOKEN);
        bell.wake();
    });
}
