//! A message that is sent while the mailbox is closed is either received or given back.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::ends::mailbox;
use crate::explore::{explore, explore_within};
use crate::send_error::SendError;
use crate::task::all_joined;

#[test]
fn a_message_is_received_or_given_back() {
    explore(|| {
        let (sender, mut receiver) = mailbox(4, []);
        let closer = sender.clone();
        let sending = thread::spawn(move || {
            let sent = [1, 2].map(|message| sender.try_send(message));
            match sent {
                [Ok(()), Ok(())] => vec![1, 2],
                [Ok(()), Err(SendError::Closed(2))] => vec![1],
                [Err(SendError::Closed(1)), Err(SendError::Closed(2))] => vec![],
                sent => panic!("{sent:?}"),
            }
        });
        let closing = thread::spawn(move || closer.close());
        let received = receiver.pop_all();
        closing.join().unwrap();
        assert_eq!(received, sending.join().unwrap());
        assert_eq!(receiver.pop(), None);
    });
}

#[test]
fn the_last_sender_to_leave_closes() {
    explore_within(4, || {
        let (sender, mut receiver) = mailbox(2, []);
        let left = Arc::new(AtomicUsize::new(2));
        let sending = [1, 2].map(|message| {
            let (sender, left) = (sender.clone(), left.clone());
            thread::spawn(move || {
                sender.try_send(message).expect("there is room");
                if left.fetch_sub(1, Ordering::AcqRel) == 1 {
                    sender.close();
                }
            })
        });
        let mut received = receiver.pop_all();
        received.sort();
        assert_eq!(received, [1, 2]);
        all_joined(sending);
    });
}

#[test]
fn the_receiver_waits_for_the_message_of_work_under_way() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        sender.begin_work();
        let worker = sender.clone();
        let working = thread::spawn(move || {
            worker.push_own(1).expect("the owner has not ended");
            worker.end_work();
        });
        let closing = thread::spawn(move || sender.close());
        assert_eq!(receiver.pop_all(), [1]);
        all_joined([working, closing]);
    });
}

#[test]
fn work_that_ends_without_a_message_wakes_the_receiver() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        sender.begin_work();
        let worker = sender.clone();
        let working = thread::spawn(move || worker.end_work());
        let closing = thread::spawn(move || sender.close());
        assert_eq!(receiver.pop(), None);
        all_joined([working, closing]);
    });
}

#[test]
fn those_who_wait_are_woken_and_get_their_messages_back() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let waiting = [1, 2].map(|message| {
            let sender = sender.clone();
            thread::spawn(move || assert_eq!(sender.send_reserved(message), Err(message)))
        });
        sender.close();
        all_joined(waiting);
        assert_eq!(receiver.pop_all(), [0]);
    });
}

/// The receiver grants a permit, and the mailbox is closed before the sender has used it.
#[test]
fn a_granted_permit_ends_with_the_mailbox() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || sender.send_reserved(1));
        assert_eq!(receiver.pop(), Some(0));
        let left = receiver.drain();
        match sending.join().unwrap() {
            Ok(()) => assert_eq!(left, [1]),
            Err(message) => assert_eq!((left, message), (vec![], 1)),
        }
    });
}

#[test]
fn a_third_closes_while_permits_are_granted() {
    explore_within(3, || {
        let (sender, mut receiver) = mailbox(1, [0]);
        let closer = sender.clone();
        let sending = thread::spawn(move || sender.send_reserved(1));
        let closing = thread::spawn(move || closer.close());
        let received = receiver.pop_all();
        match sending.join().unwrap() {
            Ok(()) => assert_eq!(received, [0, 1]),
            Err(message) => assert_eq!((received, message), (vec![0], 1)),
        }
        closing.join().unwrap();
    });
}

#[test]
fn drain_takes_all_that_was_accepted() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0]);
        let sending = [1, 2].map(|message| {
            let sender = sender.clone();
            thread::spawn(move || sender.send(message).ok().map(|()| message))
        });
        let mut left = receiver.drain();
        let sent = all_joined(sending);
        assert_eq!(receiver.pop(), None);
        left.sort();
        let accepted = [Some(0)].into_iter().chain(sent).flatten();
        assert_eq!(left, accepted.collect::<Vec<_>>());
    });
}
