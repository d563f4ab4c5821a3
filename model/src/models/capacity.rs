//! Never more messages are accepted and not begun than the mailbox has places.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::ends::{Number, Receiver, Sender, mailbox};
use crate::explore::{explore, explore_within};
use crate::task::{all_joined, poll_once};

/// Counts what is in a mailbox, and never too much: a message is counted as accepted just after it is,
/// and as begun just before it is.
struct Gauge {
    capacity: usize,
    accepted: AtomicUsize,
    begun: AtomicUsize,
}

impl Gauge {
    /// Expects a full mailbox.
    fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Self {
            capacity,
            accepted: AtomicUsize::new(capacity),
            begun: AtomicUsize::new(0),
        })
    }

    /// Whatever made room for this message happened before, so it is seen here.
    fn accepted(&self) {
        let accepted = self.accepted.fetch_add(1, Ordering::AcqRel) + 1;
        let begun = self.begun.load(Ordering::Relaxed);
        assert!(accepted <= begun + self.capacity, "{accepted} - {begun}");
    }

    fn send(&self, sender: &Sender, message: Number) {
        sender.send(message).expect("the mailbox is open");
        self.accepted();
    }

    fn send_reserved(&self, sender: &Sender, message: Number) {
        sender.send_reserved(message).expect("the mailbox is open");
        self.accepted();
    }

    fn pop(&self, receiver: &mut Receiver) -> Number {
        let begun = self.begun.load(Ordering::Relaxed);
        self.begun.store(begun + 1, Ordering::Relaxed);
        receiver.pop().expect("the mailbox is open")
    }
}

#[test]
fn with_one_place() {
    explore_within(2, || {
        let (sender, mut receiver) = mailbox(1, [0]);
        let gauge = Gauge::new(1);
        let sending = [1, 2].map(|message| {
            let (sender, gauge) = (sender.clone(), gauge.clone());
            thread::spawn(move || gauge.send(&sender, message))
        });
        let mut received = [(); 3].map(|()| gauge.pop(&mut receiver));
        received.sort();
        assert_eq!(received, [0, 1, 2]);
        all_joined(sending);
        receiver.check_rest(1, &[]);
    });
}

/// The receiver begins one message of a batch of two: only one of two senders finds room.
#[test]
fn with_a_batch() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let gauge = Gauge::new(2);
        let trying = [2, 3].map(|message| {
            let (sender, gauge) = (sender.clone(), gauge.clone());
            thread::spawn(move || {
                sender.try_send(message).ok()?;
                gauge.accepted();
                Some(())
            })
        });
        assert_eq!(gauge.pop(&mut receiver), 0);
        let accepted = all_joined(trying).into_iter().flatten().count();
        assert!(accepted <= 1, "{accepted}");
    });
}

#[test]
fn with_a_batch_for_one_who_waits_and_one_who_tries() {
    explore_within(3, || {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let gauge = Gauge::new(2);
        let (waiter, waiters) = (sender.clone(), gauge.clone());
        let waiting = thread::spawn(move || waiters.send_reserved(&waiter, 2));
        let triers = gauge.clone();
        let trying = thread::spawn(move || {
            let sent = sender.try_send(3).is_ok();
            if sent {
                triers.accepted();
            }
            sent
        });
        let mut received = [(); 3].map(|()| gauge.pop(&mut receiver)).to_vec();
        waiting.join().unwrap();
        if trying.join().unwrap() {
            received.push(gauge.pop(&mut receiver));
        }
        received.sort();
        assert_eq!(received, (0..received.len() as Number).collect::<Vec<_>>());
        receiver.check_rest(2, &[]);
    });
}

/// A permit that is given back frees one place at most.
#[test]
fn with_one_who_gives_up() {
    explore_within(4, || {
        let (sender, mut receiver) = mailbox(1, [0]);
        let gauge = Gauge::new(1);
        let (hasty, trier, triers) = (sender.clone(), sender.clone(), gauge.clone());
        let leaving = thread::spawn(move || {
            let mut reserve = hasty.reserve();
            let _ = poll_once(&mut reserve);
        });
        let trying = thread::spawn(move || {
            if trier.try_send(1).is_ok() {
                triers.accepted();
            }
        });
        assert_eq!(gauge.pop(&mut receiver), 0);
        if sender.try_send(2).is_ok() {
            gauge.accepted();
        }
        leaving.join().unwrap();
        trying.join().unwrap();
    });
}
