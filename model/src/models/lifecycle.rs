//! A kill ends a worker whenever it comes, all who wait for the end hear of it, and the reason is final.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread::{self, JoinHandle};

use crate::explore::{explore, explore_within};
use crate::lifecycle::{ExitReason, Lifecycle};
use crate::sync::AbortHandle;
use crate::task::{Task, all_joined, block_on, poll_once};
use crate::wakers::{DROPPED, WOKEN, Wakers};

fn panicked() -> ExitReason {
    ExitReason::Panicked("".into())
}

/// The task of a worker, which runs until it is aborted.
#[derive(Clone)]
struct Running {
    task: Task,
    is_aborted: Arc<AtomicBool>,
}

impl Running {
    fn new() -> Self {
        let (task, is_aborted) = (Task::new(), Arc::new(AtomicBool::new(false)));
        Self { task, is_aborted }
    }

    fn run(&self) {
        self.task
            .block_on(poll_fn(|_| match self.is_aborted.load(Ordering::Acquire) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }));
    }

    fn abort(&self) {
        self.is_aborted.store(true, Ordering::Release);
        self.task.waker.wake_by_ref();
    }
}

/// Starts a worker in a task of its own. Returns why it has ended.
fn start(lifecycle: &Arc<Lifecycle>) -> JoinHandle<ExitReason> {
    let running = Running::new();
    let (task, same) = (running.clone(), lifecycle.clone());
    let thread = thread::spawn(move || {
        same.begin(thread::current().id());
        task.run();
        same.end()
    });
    let handle = AbortHandle::new(thread.thread().id(), move || running.abort());
    lifecycle.run(handle);
    thread
}

/// The kill comes before the task begins, before its handle is there, or later.
#[test]
fn a_kill_ends_a_worker_that_starts() {
    explore(|| {
        let lifecycle = Arc::new(Lifecycle::new());
        let killed = lifecycle.clone();
        let killing = thread::spawn(move || {
            killed.kill(ExitReason::Killed);
            block_on(killed.ended())
        });
        let running = start(&lifecycle);
        let reasons = all_joined([running, killing]);
        assert_eq!(reasons, [(); 2].map(|()| ExitReason::Killed));
    });
}

/// A worker that initialises has no task of its own.
#[test]
fn a_kill_ends_the_initialize_of_a_worker() {
    explore(|| {
        let lifecycle = Arc::new(Lifecycle::new());
        let killed = lifecycle.clone();
        let killing = thread::spawn(move || {
            killed.kill(ExitReason::Killed);
            block_on(killed.ended())
        });
        block_on(lifecycle.killed());
        assert_eq!(lifecycle.end(), ExitReason::Killed);
        assert_eq!(killing.join().unwrap(), ExitReason::Killed);
    });
}

#[test]
fn the_end_wakes_all_who_wait() {
    explore(|| {
        let lifecycle = Arc::new(Lifecycle::new());
        let waiting = [(); 2].map(|()| {
            let lifecycle = lifecycle.clone();
            thread::spawn(move || block_on(lifecycle.ended()))
        });
        lifecycle.note(panicked());
        assert_eq!(lifecycle.end(), panicked());
        assert_eq!(all_joined(waiting), [panicked(), panicked()]);
    });
}

/// The worker comes to other stages before it ends.
#[test]
fn the_end_wakes_one_who_waits_from_the_beginning() {
    explore(|| {
        let lifecycle = Arc::new(Lifecycle::new());
        let waiter = lifecycle.clone();
        let waiting = thread::spawn(move || block_on(waiter.ended()));
        lifecycle.run(AbortHandle::new(thread::current().id(), || ()));
        lifecycle.kill(ExitReason::Killed);
        assert_eq!(lifecycle.end(), ExitReason::Killed);
        assert_eq!(waiting.join().unwrap(), ExitReason::Killed);
    });
}

#[test]
fn the_end_wakes_the_task_that_polled_last() {
    explore(|| {
        let lifecycle = Arc::new(Lifecycle::new());
        let waiter = lifecycle.clone();
        let waiting = thread::spawn(move || {
            let mut ended = pin!(waiter.ended());
            match poll_once(&mut ended) {
                Poll::Ready(reason) => reason,
                Poll::Pending => block_on(ended),
            }
        });
        assert_eq!(lifecycle.end(), ExitReason::Stopped);
        assert_eq!(waiting.join().unwrap(), ExitReason::Stopped);
    });
}

/// A worker that was stopped ends while it is killed.
#[test]
fn the_reason_of_the_end_is_final() {
    explore(|| {
        let lifecycle = Arc::new(Lifecycle::new());
        lifecycle.note(ExitReason::Stopped);
        let (killed, waiter) = (lifecycle.clone(), lifecycle.clone());
        let killing = thread::spawn(move || killed.kill(ExitReason::Killed));
        let waiting = thread::spawn(move || block_on(waiter.ended()));
        let reason = lifecycle.end();
        killing.join().unwrap();
        lifecycle.note(panicked());
        assert_eq!(waiting.join().unwrap(), reason);
        assert_eq!(lifecycle.end(), reason);
        assert_eq!(block_on(lifecycle.ended()), reason);
    });
}

/// A stop, a kill and a panic come at once.
#[test]
fn a_failure_outweighs_what_was_asked_for() {
    explore_within(3, || {
        let lifecycle = Arc::new(Lifecycle::new());
        let (stopped, killed) = (lifecycle.clone(), lifecycle.clone());
        let stopping = thread::spawn(move || stopped.note(ExitReason::NodeStopped));
        let killing = thread::spawn(move || killed.kill(ExitReason::Killed));
        lifecycle.note(panicked());
        all_joined([stopping, killing]);
        assert_eq!(lifecycle.end(), panicked());
    });
}

#[test]
fn the_first_of_two_stops_is_the_reason() {
    explore(|| {
        let lifecycle = Arc::new(Lifecycle::new());
        lifecycle.note(ExitReason::NodeStopped);
        let stopped = lifecycle.clone();
        let stopping = thread::spawn(move || stopped.note(ExitReason::Stopped));
        assert_eq!(lifecycle.end(), ExitReason::NodeStopped);
        stopping.join().unwrap();
    });
}

/// The task asks before its handle is there, or later.
#[test]
fn only_its_own_task_runs_a_worker() {
    explore(|| {
        let lifecycle = Arc::new(Lifecycle::new());
        let worker = lifecycle.clone();
        let running = thread::spawn(move || {
            worker.begin(thread::current().id());
            assert!(worker.is_run_by_this_task());
        });
        assert!(!lifecycle.is_run_by_this_task());
        lifecycle.run(AbortHandle::new(running.thread().id(), || ()));
        assert!(!lifecycle.is_run_by_this_task());
        running.join().unwrap();
    });
}

/// The worker stops itself, and is stopped by another task at the same time.
#[test]
fn a_stop_is_the_reason_and_knows_who_asks_for_it() {
    explore(|| {
        let lifecycle = Arc::new(Lifecycle::new());
        let worker = lifecycle.clone();
        let running = thread::spawn(move || {
            worker.begin(thread::current().id());
            assert!(worker.request_stop());
            worker.end()
        });
        lifecycle.run(AbortHandle::new(running.thread().id(), || ()));
        assert!(!lifecycle.request_stop());
        assert_eq!(running.join().unwrap(), ExitReason::Stopped);
    });
}

/// Creates a lifecycle, and wakers that note a reason when they call back, which takes the lock.
fn lifecycle_that_is_used() -> (Arc<Lifecycle>, Wakers) {
    let lifecycle = Arc::new(Lifecycle::new());
    let called = Arc::downgrade(&lifecycle);
    let wakers = Wakers::new(move || {
        let lifecycle = called.upgrade();
        let _ = lifecycle.map(|lifecycle| lifecycle.note(ExitReason::Stopped));
    });
    (lifecycle, wakers)
}

/// Creates the handle of a task that calls back when it is aborted, and when its last handle is dropped.
fn handle(wakers: &Wakers) -> AbortHandle {
    let task = wakers.create();
    AbortHandle::new(thread::current().id(), move || task.wake_by_ref())
}

/// How often a task calls back when it is aborted.
const ABORTED: usize = 1;

#[test]
fn all_are_woken_and_nobody_under_the_lock() {
    explore(|| {
        let (lifecycle, wakers) = lifecycle_that_is_used();
        let mut waiting = [(); 3].map(|()| Box::pin(lifecycle.ended()));
        for ended in &mut waiting {
            wakers.wait(ended);
        }
        assert_eq!(wakers.calls(), 0);
        lifecycle.end();
        assert_eq!(wakers.calls(), waiting.len() * WOKEN);
    });
}

/// The first one who waits, and another one. A third one is still woken.
#[test]
fn a_wait_that_is_dropped_leaves_no_waker() {
    explore(|| {
        let (lifecycle, wakers) = lifecycle_that_is_used();
        let others = Wakers::new(|| ());
        let [mut first, mut second, mut third] = [(); 3].map(|()| Box::pin(lifecycle.ended()));
        wakers.wait(&mut first);
        wakers.wait(&mut second);
        others.wait(&mut third);
        drop(second);
        assert_eq!(wakers.calls(), DROPPED);
        drop(first);
        assert_eq!(wakers.calls(), DROPPED);
        lifecycle.end();
        assert_eq!((wakers.calls(), others.calls()), (0, WOKEN));
    });
}

#[test]
fn a_wait_has_one_waker() {
    explore(|| {
        let (lifecycle, wakers) = lifecycle_that_is_used();
        let mut ended = pin!(lifecycle.ended());
        wakers.wait(&mut ended);
        wakers.wait(&mut ended);
        assert_eq!(wakers.calls(), DROPPED);
        lifecycle.end();
        assert_eq!(wakers.calls(), WOKEN);
    });
}

/// While the worker ends, which takes the wakers.
#[test]
fn a_wait_may_be_dropped_at_any_time() {
    explore(|| {
        let (lifecycle, wakers) = lifecycle_that_is_used();
        let ending = lifecycle.clone();
        let mut ended = Box::pin(lifecycle.ended());
        wakers.wait(&mut ended);
        let ending = thread::spawn(move || ending.end());
        drop(ended);
        ending.join().unwrap();
        assert!(matches!(wakers.calls(), DROPPED | WOKEN));
    });
}

/// Before its handle is there, and later.
#[test]
fn no_task_is_aborted_or_dropped_under_the_lock() {
    explore(|| {
        let (lifecycle, wakers) = lifecycle_that_is_used();
        lifecycle.kill(ExitReason::Killed);
        lifecycle.run(handle(&wakers));
        assert_eq!(wakers.calls(), ABORTED + DROPPED);

        let (lifecycle, wakers) = lifecycle_that_is_used();
        lifecycle.run(handle(&wakers));
        assert_eq!(wakers.calls(), 0);
        lifecycle.kill(ExitReason::Killed);
        assert_eq!(wakers.calls(), ABORTED);
        lifecycle.end();
        assert_eq!(wakers.calls(), DROPPED);
        lifecycle.run(handle(&wakers));
        assert_eq!(wakers.calls(), DROPPED);
    });
}
