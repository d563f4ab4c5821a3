//! A sender that waits for room is woken when there is room, before the receiver waits for anything.

use std::future::poll_fn;
use std::task::{Poll, ready};

use loom::thread;

use crate::ends::{Number, Receiver, mailbox};
use crate::explore::{explore, explore_within};
use crate::send_error::SendError;
use crate::task::{all_joined, block_on, poll_once};

/// The handler of the first message waits until the second one has been accepted.
#[test]
fn before_a_handler_waits() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || sender.send_reserved(1));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[1]);
    });
}

/// As above, but the sender finds the mailbox full before it waits for a permit.
#[test]
fn before_a_handler_waits_for_one_who_tried() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || sender.send(1));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[1]);
    });
}

/// Only the poll of the empty mailbox grants the permit.
#[test]
fn before_the_receiver_waits_for_messages() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || sender.send_reserved(1));
        assert_eq!([receiver.pop(), receiver.pop()], [Some(0), Some(1)]);
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[]);
    });
}

/// A mailbox of eight places grants permits in blocks of two: here less than a block is free.
#[test]
fn before_a_block_of_places_is_free() {
    explore(|| {
        let (sender, mut receiver) = mailbox(8, 0..8);
        let sending = thread::spawn(move || sender.send_reserved(8));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(8, &[1, 2, 3, 4, 5, 6, 7, 8]);
    });
}

/// As above, but the receiver waits for messages. Seven permits are granted, and not used.
#[test]
fn before_the_receiver_waits_within_a_block() {
    while_places_are_granted(|receiver| {
        assert_eq!([receiver.pop(), receiver.pop()], [Some(0), Some(1)]);
    });
}

/// As above, in one task. If the receiver relied on the waker that it left, it would not grant the permit.
#[test]
fn before_the_receiver_waits_behind_a_lone_message() {
    while_places_are_granted(|receiver| assert_eq!(receiver.pop_many(2), [0, 1]));
}

/// As above, but a receive has left its waker before the first message is taken.
#[test]
fn before_the_receiver_waits_behind_a_message_that_it_skipped() {
    while_places_are_granted(|receiver| {
        let mut popped = Vec::new();
        block_on(poll_fn(|cx| {
            if popped.is_empty() {
                assert_eq!(receiver.poll_pop_at(1, cx), Poll::Pending);
            }
            while popped.len() < 2 {
                popped.extend(ready!(receiver.poll_pop(cx)));
            }
            Poll::Ready(())
        }));
        assert_eq!(popped, [0, 1]);
    });
}

/// Receives a message, and one whose sender waits for the place of the first: seven other permits are
/// granted, and not used.
fn while_places_are_granted(receive: fn(&mut Receiver)) {
    explore(move || {
        let (sender, mut receiver) = mailbox(8, [0]);
        let other = sender.clone();
        let mut reserves = [(); 7].map(|()| other.reserve());
        assert!(
            reserves
                .iter_mut()
                .all(|reserve| poll_once(reserve).is_ready())
        );
        let sending = thread::spawn(move || sender.send_reserved(1));
        receive(&mut receiver);
        assert_eq!(sending.join().unwrap(), Ok(()));
        drop(reserves);
        receiver.check_rest(8, &[]);
    });
}

/// A sender is not left waiting until the receiver waits.
#[test]
fn once_a_block_of_places_is_free() {
    explore(|| {
        let (sender, mut receiver) = mailbox(8, 0..8);
        let mut reserve = sender.reserve();
        for message in [0, 1] {
            assert!(poll_once(&mut reserve).is_pending());
            assert_eq!(receiver.pop(), Some(message));
        }
        assert!(poll_once(&mut reserve).is_ready());
    });
}

/// A message of the batch holds its place until it is begun.
#[test]
fn of_a_batch_as_it_is_begun() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let other = sender.clone();
        let sending = thread::spawn(move || sender.send_reserved(2));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        let refused = other.try_send(3);
        assert!(matches!(refused, Err(SendError::Full(3))), "{refused:?}");
        receiver.check_rest(2, &[1, 2]);
    });
}

#[test]
fn of_a_message_taken_out_of_the_middle() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let sending = thread::spawn(move || sender.send_reserved(2));
        assert_eq!(receiver.pop_at(1), Some(1));
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(2, &[0, 2]);
    });
}

#[test]
fn for_each_of_two_who_wait() {
    explore_within(2, || {
        let (sender, mut receiver) = mailbox(1, [0]);
        let waiting = [1, 2].map(|message| {
            let sender = sender.clone();
            thread::spawn(move || sender.send_reserved(message))
        });
        let mut received = [receiver.pop(), receiver.pop(), receiver.pop()];
        received.sort();
        assert_eq!(received, [0, 1, 2].map(Some));
        assert_eq!(all_joined(waiting), [Ok(()), Ok(())]);
        receiver.check_rest(1, &[]);
    });
}

/// The first permit goes to the first sender; the second one still waits for the next.
#[test]
fn for_the_second_of_two_who_wait() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let first = sender.clone();
        let mut reserve = first.reserve();
        assert!(poll_once(&mut reserve).is_pending());
        let waiting = thread::spawn(move || sender.send_reserved(3));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert!(poll_once(&mut reserve).is_ready());
        first.push(reserve, 2).expect("the mailbox is open");
        assert_eq!(receiver.pop(), Some(1));
        receiver.release();
        assert_eq!(waiting.join().unwrap(), Ok(()));
        receiver.check_rest(2, &[2, 3]);
    });
}

/// Two places are free at once, for two senders that wait.
#[test]
fn for_both_of_two_who_wait() {
    explore_within(2, || {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let waiting = [2, 3].map(|message: Number| {
            let sender = sender.clone();
            thread::spawn(move || sender.send_reserved(message))
        });
        assert_eq!([receiver.pop(), receiver.pop()], [Some(0), Some(1)]);
        receiver.release();
        assert_eq!(all_joined(waiting), [Ok(()), Ok(())]);
        let mut received = [receiver.pop(), receiver.pop()];
        received.sort();
        assert_eq!(received, [Some(2), Some(3)]);
        receiver.check_rest(2, &[]);
    });
}

#[test]
fn with_the_waker_of_the_last_poll() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || {
            let mut reserve = sender.reserve();
            if poll_once(&mut reserve).is_pending() {
                block_on(&mut reserve);
            }
            sender.push(reserve, 1)
        });
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[1]);
    });
}
