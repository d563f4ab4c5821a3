//! A sender that waits for room is woken when there is room, before the receiver waits for anything.

use std::future::poll_fn;
use std::task::{Poll, ready};

use loom::thread;

use crate::ends::{Number, Receiver, mailbox};
use crate::explore::{explore, explore_within};
use crate::mailbox::SendError;
use crate::task::{all_joined, block_on, poll_once};

/// The handler of the first message waits until the second one was accepted.
#[test]
fn before_a_handler_waits() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || sender.send_in_turn(1));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[1]);
    });
}

/// As above, where the sender finds the mailbox full before it stands in line.
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

/// Nothing but the poll of an empty mailbox grants the place.
#[test]
fn before_the_receiver_waits_for_messages() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || sender.send_in_turn(1));
        assert_eq!([receiver.pop(), receiver.pop()], [Some(0), Some(1)]);
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[]);
    });
}

/// A mailbox of eight gives out its places in blocks of two: here less than a block is free.
#[test]
fn before_a_block_of_places_is_free() {
    explore(|| {
        let (sender, mut receiver) = mailbox(8, 0..8);
        let sending = thread::spawn(move || sender.send_in_turn(8));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(8, &[1, 2, 3, 4, 5, 6, 7, 8]);
    });
}

/// As above, where the receiver waits for messages. Seven places are granted, and not used.
#[test]
fn before_the_receiver_waits_within_a_block() {
    while_places_are_granted(|receiver| {
        assert_eq!([receiver.pop(), receiver.pop()], [Some(0), Some(1)]);
    });
}

/// As above, in one task. A receiver that left its waker with the first message would not look again.
#[test]
fn before_the_receiver_waits_behind_a_lone_message() {
    while_places_are_granted(|receiver| assert_eq!(receiver.pop_many(2), [0, 1]));
}

/// As above, where a receive has left its waker before the first message is taken.
#[test]
fn before_the_receiver_waits_behind_what_it_passed_over() {
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

/// Has one message taken, and another one that waits for its place: the seven others of eight places are
/// granted, and not used.
fn while_places_are_granted(receive: fn(&mut Receiver)) {
    explore(move || {
        let (sender, mut receiver) = mailbox(8, [0]);
        let other = sender.clone();
        let mut turns = [(); 7].map(|()| other.turn());
        assert!(turns.iter_mut().all(|turn| poll_once(turn).is_ready()));
        let sending = thread::spawn(move || sender.send_in_turn(1));
        receive(&mut receiver);
        assert_eq!(sending.join().unwrap(), Ok(()));
        drop(turns);
        receiver.check_rest(8, &[]);
    });
}

/// One who waits need not wait until the receiver does.
#[test]
fn once_a_block_of_places_is_free() {
    explore(|| {
        let (sender, mut receiver) = mailbox(8, 0..8);
        let mut turn = sender.turn();
        for message in [0, 1] {
            assert!(poll_once(&mut turn).is_pending());
            assert_eq!(receiver.pop(), Some(message));
        }
        assert!(poll_once(&mut turn).is_ready());
    });
}

/// What the receiver has taken out of the queue, but not begun, holds its place.
#[test]
fn of_a_batch_as_it_is_begun() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let other = sender.clone();
        let sending = thread::spawn(move || sender.send_in_turn(2));
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
        let sending = thread::spawn(move || sender.send_in_turn(2));
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
            thread::spawn(move || sender.send_in_turn(message))
        });
        let mut received = [receiver.pop(), receiver.pop(), receiver.pop()];
        received.sort();
        assert_eq!(received, [0, 1, 2].map(Some));
        assert_eq!(all_joined(waiting), [Ok(()), Ok(())]);
        receiver.check_rest(1, &[]);
    });
}

/// The one place goes to the first of two; the other one still waits, for the next place.
#[test]
fn for_one_who_still_waits() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let first = sender.clone();
        let mut turn = first.turn();
        assert!(poll_once(&mut turn).is_pending());
        let waiting = thread::spawn(move || sender.send_in_turn(3));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert!(poll_once(&mut turn).is_ready());
        first.push(turn, 2).expect("the mailbox is open");
        assert_eq!(receiver.pop(), Some(1));
        receiver.release();
        assert_eq!(waiting.join().unwrap(), Ok(()));
        receiver.check_rest(2, &[2, 3]);
    });
}

/// Two places are free at once for two who wait.
#[test]
fn for_both_of_two_who_wait() {
    explore_within(2, || {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let waiting = [2, 3].map(|message: Number| {
            let sender = sender.clone();
            thread::spawn(move || sender.send_in_turn(message))
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
fn with_the_waker_that_was_shown_last() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || {
            let mut turn = sender.turn();
            if poll_once(&mut turn).is_pending() {
                block_on(&mut turn);
            }
            sender.push(turn, 1)
        });
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[1]);
    });
}
