//! A task that is told that it is registered is woken, and no other task is told so.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Waker};

use loom::thread::{self, JoinHandle};

use crate::explore::{explore, explore_within};
use crate::shared_waker::SharedWaker;
use crate::task::{Task, all_joined};
use crate::wakers::{WOKEN, Wakers};

const LIMIT: u64 = 4;

/// Lets an alarm go off at any time from now on.
fn alarm(shared: &Arc<SharedWaker>) -> JoinHandle<()> {
    let shared = shared.clone();
    thread::spawn(move || shared.wake())
}

/// Creates one with a registered task, before the first wake-up.
fn registered() -> (Arc<SharedWaker>, Task) {
    let (shared, task) = (Arc::new(SharedWaker::default()), Task::new());
    assert_eq!(shared.register(LIMIT, &task.waker), Some(0));
    (shared, task)
}

/// Waits for the end of a generation, as a deadline does.
fn wait(shared: &SharedWaker, task: &Task, generation: usize) {
    task.block_on(poll_fn(|cx| {
        match shared.is_registered(LIMIT, cx.waker()) {
            Some(now) if now == generation => Poll::Pending,
            _ => Poll::Ready(()),
        }
    }));
    // The next wait belongs to another generation.
    assert_ne!(shared.register(LIMIT, &task.waker), Some(generation));
}

/// Waits if the task is registered. Tells whether it was.
fn wait_if_registered(shared: &SharedWaker, task: &Task) -> bool {
    let told = shared.is_registered(LIMIT, &task.waker);
    told.inspect(|generation| wait(shared, task, *generation))
        .is_some()
}

#[test]
fn wakes_a_task_that_is_registered() {
    explore(|| {
        let (shared, task) = registered();
        let waking = alarm(&shared);
        wait_if_registered(&shared, &task);
        waking.join().unwrap();
    });
}

/// The alarm that was set before goes off meanwhile.
#[test]
fn wakes_a_task_that_registers_during_a_wakeup() {
    explore_within(3, || {
        let (shared, task) = (Arc::new(SharedWaker::default()), Task::new());
        let before = alarm(&shared);
        let generation = shared.register(LIMIT, &task.waker);
        let waking = alarm(&shared);
        let generation = generation.expect("no other task is registered");
        wait(&shared, &task, generation);
        assert_eq!(all_joined([before, waking]), [(), ()]);
    });
}

/// The second task registers after the wake-up of the first one, or not at all.
#[test]
fn wakes_both_of_two_tasks() {
    explore_within(2, || {
        let (shared, first) = registered();
        let waking = alarm(&shared);
        let second = (shared.clone(), Task::new());
        let waiting = thread::spawn(move || {
            let (shared, task) = &second;
            if wait_if_registered(shared, task) {
                return second;
            }
            if let Some(generation) = shared.register(LIMIT, &task.waker) {
                let waking = alarm(shared);
                wait(shared, task, generation);
                waking.join().unwrap();
            }
            second
        });
        wait_if_registered(&shared, &first);
        waking.join().unwrap();
        waiting.join().unwrap();
    });
}

/// The registered task is woken while it reads, and another one registers.
#[test]
fn is_registered_for_no_other_task() {
    explore(|| {
        let (shared, task) = registered();
        let [other, third] = [Task::new(), Task::new()];
        let (registering, next) = (shared.clone(), other.clone());
        let registering = thread::spawn(move || {
            registering.clone().wake();
            assert_eq!(registering.register(LIMIT, &next.waker), Some(1));
        });
        assert_eq!(shared.is_registered(LIMIT, &third.waker), None);
        let told = shared.is_registered(LIMIT, &task.waker);
        assert!(matches!(told, None | Some(0)), "{told:?}");
        registering.join().unwrap();
        assert_eq!(shared.is_registered(LIMIT, &task.waker), None);
        assert_eq!(shared.is_registered(LIMIT, &other.waker), Some(1));
    });
}

/// The task that reads has the vtable of the first task, and the data of the second one.
#[test]
fn is_registered_for_no_mixture_of_two_tasks() {
    explore(|| {
        let (shared, first) = registered();
        let task = Task::new();
        let second = task.with_another_vtable();
        assert_eq!(task.waker.vtable(), first.waker.vtable());
        assert_eq!(task.waker.data(), second.waker.data());
        let (registering, next) = (shared.clone(), second.clone());
        let registering = thread::spawn(move || {
            registering.clone().wake();
            assert_eq!(registering.register(LIMIT, &next.waker), Some(1));
        });
        assert_eq!(shared.is_registered(LIMIT, &task.waker), None);
        registering.join().unwrap();
        assert_eq!(shared.is_registered(LIMIT, &task.waker), None);
        assert_eq!(shared.is_registered(LIMIT, &second.waker), Some(1));
        drop(first);
    });
}

/// The limit of the task that was registered before is shorter. The task that reads is polled in two
/// threads.
#[test]
fn is_registered_for_no_shorter_limit() {
    explore(|| {
        let (shared, before) = registered();
        let task = Task::new();
        let (registering, same) = (shared.clone(), task.clone());
        let registering = thread::spawn(move || {
            registering.clone().wake();
            assert_eq!(registering.register(LIMIT + 2, &same.waker), Some(1));
        });
        assert_eq!(shared.is_registered(LIMIT + 1, &task.waker), None);
        registering.join().unwrap();
        assert_eq!(shared.is_registered(LIMIT + 1, &task.waker), None);
        assert_eq!(shared.is_registered(LIMIT + 2, &task.waker), Some(1));
        drop(before);
    });
}

#[test]
fn keeps_the_shortest_limit() {
    explore(|| {
        let (shared, task) = registered();
        for (limit, shorter) in [(LIMIT + 1, None), (LIMIT - 1, Some(0))] {
            assert_eq!(shared.register(limit, &task.waker), Some(0));
            assert_eq!(shared.is_registered(LIMIT - 1, &task.waker), shorter);
            assert_eq!(shared.is_registered(LIMIT, &task.waker), Some(0));
        }
    });
}

/// The waker calls back and registers, which takes the lock.
#[test]
fn runs_no_code_of_a_user_under_the_lock() {
    explore(|| {
        let shared = Arc::new(SharedWaker::default());
        let called = Arc::downgrade(&shared);
        let wakers = Wakers::new(move || {
            let shared = called.upgrade();
            let _ = shared.map(|shared| shared.register(LIMIT, Waker::noop()));
        });
        assert_eq!(shared.register(LIMIT, &wakers.create()), Some(0));
        shared.clone().wake();
        assert_eq!(wakers.calls(), WOKEN);
        shared.wake();
    });
}
