//! A receiver that waits is woken by the message that it waits for.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

use crate::ends::mailbox;
use crate::explore::{explore, explore_within};
use crate::task::{all_joined, block_on, poll_once};

#[test]
fn by_each_message_of_a_sender() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, []);
        let sending = thread::spawn(move || {
            for message in [1, 2] {
                sender.try_send(message).expect("there is room");
            }
        });
        assert_eq!([receiver.pop(), receiver.pop()], [Some(1), Some(2)]);
        sending.join().unwrap();
        receiver.check_rest(2, &[]);
    });
}

#[test]
fn by_whichever_of_two_senders() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, []);
        let sending = [1, 2].map(|message| {
            let sender = sender.clone();
            thread::spawn(move || sender.try_send(message).expect("there is room"))
        });
        let mut received = [receiver.pop(), receiver.pop()];
        received.sort();
        assert_eq!(received, [Some(1), Some(2)]);
        all_joined(sending);
        receiver.check_rest(2, &[]);
    });
}

/// A receive that is dropped, as `select!` drops it, loses no message.
#[test]
fn with_the_waker_of_its_last_poll() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        let sending = thread::spawn(move || sender.try_send(1).expect("there is room"));
        let first = receiver.try_pop();
        if first.is_pending() {
            assert_eq!(receiver.pop(), Some(1));
        }
        sending.join().unwrap();
        receiver.check_rest(1, &[]);
    });
}

#[test]
fn while_its_batch_has_other_messages() {
    explore(|| {
        let (sender, mut receiver) = mailbox(3, [0]);
        let sending = thread::spawn(move || sender.try_send(1).expect("there is room"));
        assert_eq!(receiver.pop_at(1), Some(1));
        sending.join().unwrap();
        receiver.check_rest(3, &[0]);
    });
}

/// A selective receive that is dropped has left its waker, and a message in the batch.
#[test]
fn by_nothing_for_a_message_of_its_batch() {
    explore(|| {
        let (_sender, mut receiver) = mailbox(2, [0]);
        let mut pop = poll_fn(|cx| {
            assert_eq!(receiver.poll_pop_at(1, cx), Poll::Pending);
            receiver.poll_pop(cx)
        });
        assert_eq!(poll_once(&mut pop), Poll::Ready(Some(0)));
        receiver.check_rest(2, &[]);
    });
}

/// The receiver leaves its waker when it takes the first message, and does not look at the queue again.
#[test]
fn by_what_comes_behind_a_lone_message() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0]);
        let sending = thread::spawn(move || sender.try_send(1).expect("there is room"));
        assert_eq!(receiver.pop_many(2), [0, 1]);
        sending.join().unwrap();
        receiver.check_rest(2, &[]);
    });
}

/// As above, but the first message is taken by a task that does not wait for the second one.
#[test]
fn in_another_task_by_what_comes_behind_a_lone_message() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0]);
        let sending = thread::spawn(move || sender.try_send(1).expect("there is room"));
        assert_eq!(receiver.try_pop(), Poll::Ready(Some(0)));
        assert_eq!(receiver.pop(), Some(1));
        sending.join().unwrap();
        receiver.check_rest(2, &[]);
    });
}

#[test]
fn by_a_reserved_message_behind_a_lone_one() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || sender.send_reserved(1));
        assert_eq!(receiver.pop_many(2), [0, 1]);
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[]);
    });
}

/// The free place is granted to a sender that gives it back, while another one waits.
#[test]
fn by_one_who_waits_behind_a_place_that_is_given_up() {
    explore_within(2, || {
        let (sender, mut receiver) = mailbox(2, [0]);
        let other = sender.clone();
        let leaving = thread::spawn(move || {
            let mut reserve = other.reserve();
            let _ = poll_once(&mut reserve);
        });
        let sending = thread::spawn(move || sender.send_reserved(1));
        assert_eq!(receiver.pop_many(2), [0, 1]);
        leaving.join().unwrap();
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(2, &[]);
    });
}

#[test]
fn by_the_end_behind_a_lone_message() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0]);
        let closing = thread::spawn(move || sender.close());
        assert_eq!(receiver.pop_many(2), [0]);
        closing.join().unwrap();
    });
}

/// A worker that finds no message then looks for signals, without the lock. It still finds messages.
#[test]
fn by_something_else_behind_a_lone_message() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0]);
        let signal = Arc::new(AtomicBool::new(false));
        let (signals, other) = (signal.clone(), sender.clone());
        let signalling = thread::spawn(move || {
            signals.store(true, Ordering::Relaxed);
            sender.0.wake_receiver();
        });
        let next = block_on(poll_fn(|cx| {
            while let Poll::Ready(message) = receiver.poll_pop(cx) {
                assert_eq!(message, Some(0));
            }
            if !signal.load(Ordering::Relaxed) {
                return Poll::Pending;
            }
            other.try_send(1).expect("there is room");
            receiver.poll_pop(cx)
        }));
        assert_eq!(next, Some(1));
        signalling.join().unwrap();
        receiver.check_rest(2, &[]);
    });
}

#[test]
fn by_a_reserved_message() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        let sending = thread::spawn(move || sender.send_reserved(1));
        assert_eq!(receiver.pop(), Some(1));
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[]);
    });
}
