//! The parts of an answer that goes on are read in order, each once, and then its one end. Each end of the queue
//! hears when the other one is gone.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use loom::thread;
use ockam_core::parts::Upstream;
use ockam_core::{Error, ErrorKind};

use crate::explore::explore;
use crate::parts::{Parts, Taken};
use crate::task::{Task, block_on};
use crate::wakers::{DROPPED, WOKEN, Wakers};

/// How many parts wait for a connection.
const CAPACITY: u32 = 4;

fn parts() -> Arc<Parts<u32>> {
    Arc::new(Parts::new(None))
}

/// A queue that is full.
fn full() -> Arc<Parts<u32>> {
    let parts = parts();
    parts.set_credit(0);
    for part in 0..CAPACITY {
        assert!(parts.push(part).is_ok());
    }
    parts
}

fn failed() -> Error {
    Error::new(ErrorKind::Other, "it failed")
}

/// Reads to the end. Returns all parts, and whether the answer was complete.
fn read_to_the_end(parts: &Parts<u32>) -> (Vec<u32>, bool) {
    let (mut read, mut taken) = (Vec::new(), VecDeque::new());
    loop {
        match block_on(poll_fn(|cx| parts.poll_take(&mut taken, cx))) {
            Taken::Parts => read.extend(taken.drain(..)),
            Taken::End(end) => return (read, end.is_ok()),
        }
    }
}

/// Nothing else comes that would wake it.
#[test]
fn a_part_wakes_the_reader() {
    explore(|| {
        let parts = parts();
        let written = parts.clone();
        let writing = thread::spawn(move || assert!(written.push(7).is_ok()));
        let mut taken = VecDeque::new();
        let first = block_on(poll_fn(|cx| parts.poll_take(&mut taken, cx)));
        assert!(matches!(first, Taken::Parts));
        assert_eq!(taken, [7]);
        writing.join().unwrap();
    });
}

#[test]
fn the_end_comes_behind_all_parts_and_wakes_the_reader() {
    explore(|| {
        let parts = parts();
        let written = parts.clone();
        let writing = thread::spawn(move || {
            for part in 0..2 {
                assert!(written.push(part).is_ok());
            }
            written.end(|| Ok(()));
        });
        assert_eq!(read_to_the_end(&parts), (vec![0, 1], true));
        writing.join().unwrap();
    });
}

/// The reader is polled by one task, and then by another one.
#[test]
fn the_task_that_polled_last_is_woken() {
    explore(|| {
        let parts = parts();
        let written = parts.clone();
        let writing = thread::spawn(move || written.end(|| Ok(())));
        let mut taken = VecDeque::new();
        let first = Task::new();
        let polled = parts.poll_take(&mut taken, &Context::from_waker(&first.waker));
        if polled.is_pending() {
            assert_eq!(read_to_the_end(&parts), (vec![], true));
        }
        writing.join().unwrap();
    });
}

#[test]
fn what_is_taken_makes_room() {
    explore(|| {
        let parts = full();
        let written = parts.clone();
        let writing = thread::spawn(move || {
            assert!(block_on(poll_fn(|cx| written.poll_room(cx))).is_ok());
            assert!(written.push(CAPACITY).is_ok());
            written.end(|| Ok(()));
        });
        let mut taken = VecDeque::new();
        let first = parts.poll_take(&mut taken, &Context::from_waker(std::task::Waker::noop()));
        assert!(matches!(first, Poll::Ready(Taken::Parts)));
        assert_eq!(taken, [0, 1, 2, 3], "no more than there is room for");
        assert_eq!(read_to_the_end(&parts), (vec![CAPACITY], true));
        writing.join().unwrap();
    });
}

#[test]
fn a_reader_that_goes_wakes_the_writer() {
    explore(|| {
        let parts = full();
        let written = parts.clone();
        let waiting = thread::spawn(move || {
            assert!(block_on(poll_fn(|cx| written.poll_room(cx))).is_err());
            block_on(poll_fn(|cx| written.poll_closed(cx)));
        });
        let (unread, end) = parts.close();
        assert_eq!((unread.len(), end.is_some()), (4, false));
        waiting.join().unwrap();
    });
}

/// A part is among those that the reader has left, or comes back.
#[test]
fn a_part_is_read_or_given_back() {
    explore(|| {
        let parts = parts();
        let written = parts.clone();
        let writing = thread::spawn(move || written.push(7));
        let (unread, _) = parts.close();
        match writing.join().unwrap() {
            Ok(()) => assert_eq!(unread, [7]),
            Err(part) => assert_eq!((part, unread.len()), (7, 0)),
        }
    });
}

#[test]
fn there_is_one_end() {
    explore(|| {
        let parts = parts();
        parts.end(|| Err(failed()));
        let written = parts.clone();
        let completing = thread::spawn(move || written.end(|| Ok(())));
        assert_eq!(read_to_the_end(&parts), (vec![], false), "the first one");
        completing.join().unwrap();
        let mut taken = VecDeque::new();
        let again = parts.poll_take(&mut taken, &Context::from_waker(std::task::Waker::noop()));
        assert!(again.is_pending(), "a second end");
    });
}

/// A connection that counts.
#[derive(Default)]
struct Counts {
    taken: AtomicUsize,
    bytes: AtomicUsize,
    cancelled: AtomicUsize,
}

impl Upstream for Counts {
    fn taken(&self, parts: usize, bytes: usize, _: bool) {
        self.taken.fetch_add(parts, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn cancel(&self) {
        self.cancelled.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_connection_hears_that_the_reader_has_gone_unless_the_answer_has_ended() {
    explore(|| {
        let counts = Arc::new(Counts::default());
        let parts = Arc::new(Parts::<u32>::new(Some(counts.clone())));
        let written = parts.clone();
        let ending = thread::spawn(move || written.end(|| Ok(())));
        let (_, end) = parts.close();
        ending.join().unwrap();
        let cancelled = counts.cancelled.load(Ordering::Relaxed);
        assert_eq!(cancelled, usize::from(end.is_none()));
        parts.close();
        assert_eq!(counts.cancelled.load(Ordering::Relaxed), cancelled, "told once");
    });
}

#[test]
fn a_connection_hears_of_all_that_is_taken() {
    explore(|| {
        let counts = Arc::new(Counts::default());
        let parts = Arc::new(Parts::<u32>::new(Some(counts.clone())));
        let written = parts.clone();
        let writing = thread::spawn(move || {
            assert!(written.push_all(vec![1], 10).is_ok());
            assert!(written.push_all(vec![2, 3], 20).is_ok());
            written.end(|| Ok(()));
        });
        assert_eq!(read_to_the_end(&parts).0, [1, 2, 3]);
        writing.join().unwrap();
        assert_eq!(counts.taken.load(Ordering::Relaxed), 3);
        assert_eq!(counts.bytes.load(Ordering::Relaxed), 30);
    });
}

/// Creates a queue, and wakers that use it when they call back, which takes the lock.
fn parts_that_are_used() -> (Arc<Parts<u32>>, Wakers) {
    let parts = parts();
    let called = Arc::downgrade(&parts);
    let wakers = Wakers::new(move || {
        let parts = called.upgrade();
        let _ = parts.map(|parts| parts.push(7));
    });
    (parts, wakers)
}

#[test]
fn no_waker_is_woken_under_the_lock() {
    explore(|| {
        let (parts, wakers) = parts_that_are_used();
        let mut taken = VecDeque::new();
        wakers.wait(&mut poll_fn(|cx| parts.poll_take(&mut taken, cx)));
        parts.end(|| Ok(()));
        assert_eq!(wakers.calls(), WOKEN);
        let (parts, wakers) = parts_that_are_used();
        wakers.wait(&mut poll_fn(|cx| parts.poll_closed(cx)));
        parts.close();
        assert_eq!(wakers.calls(), WOKEN);
    });
}

#[test]
fn no_waker_is_dropped_under_the_lock() {
    explore(|| {
        let (parts, wakers) = parts_that_are_used();
        let mut taken = VecDeque::new();
        for calls in [0, DROPPED] {
            let _ = parts.poll_closed(&Context::from_waker(&wakers.create()));
            assert_eq!(wakers.calls(), calls);
        }
        let _ = parts.poll_take(&mut taken, &Context::from_waker(std::task::Waker::noop()));
        let (parts, wakers) = parts_that_are_used();
        let mut taken = VecDeque::new();
        wakers.wait(&mut poll_fn(|cx| parts.poll_take(&mut taken, cx)));
        assert_eq!(wakers.calls(), 0);
    });
}

/// A connection that looks at the queue when it is called.
struct Looks(std::sync::Mutex<Option<Arc<Parts<u32>>>>);

impl Upstream for Looks {
    fn taken(&self, _: usize, _: usize, _: bool) {
        self.cancel();
    }

    fn cancel(&self) {
        let parts = self.0.lock().unwrap().clone();
        let _ = parts.map(|parts| parts.push(7));
    }
}

#[test]
fn no_connection_is_called_under_the_lock() {
    explore(|| {
        let looks = Arc::new(Looks(std::sync::Mutex::new(None)));
        let parts = Arc::new(Parts::<u32>::new(Some(looks.clone())));
        *looks.0.lock().unwrap() = Some(parts.clone());
        assert!(parts.push(1).is_ok());
        let mut taken = VecDeque::new();
        let polled = parts.poll_take(&mut taken, &Context::from_waker(std::task::Waker::noop()));
        assert!(polled.is_ready());
        parts.close();
        *looks.0.lock().unwrap() = None;
    });
}
