//! Every message of a sender is received once, in the order in which it was sent, and nobody
//! overtakes those who wait.

use loom::thread;

use crate::ends::{Receiver, Sender, mailbox};
use crate::explore::{explore, explore_within};
use crate::send_error::SendError;
use crate::task::{all_joined, poll_once};

/// One sender sends 10 and 11, another one 20.
fn two_and_one(sender: &Sender, receiver: &mut Receiver) {
    let sending = [vec![10, 11], vec![20]].map(|messages| {
        let sender = sender.clone();
        thread::spawn(move || {
            messages
                .into_iter()
                .try_for_each(|message| sender.send(message))
        })
    });
    let received = [(); 3].map(|()| receiver.pop());
    assert_eq!(all_joined(sending), [Ok(()), Ok(())]);
    let in_order = [[10, 11, 20], [10, 20, 11], [20, 10, 11]];
    assert!(
        in_order.contains(&received.map(Option::unwrap)),
        "{received:?}"
    );
}

#[test]
fn with_one_place() {
    explore_within(2, || {
        let (sender, mut receiver) = mailbox(1, []);
        two_and_one(&sender, &mut receiver);
        receiver.check_rest(1, &[]);
    });
}

#[test]
fn with_two_places() {
    explore_within(3, || {
        let (sender, mut receiver) = mailbox(2, []);
        two_and_one(&sender, &mut receiver);
        receiver.check_rest(2, &[]);
    });
}

#[test]
fn of_one_sender_and_batches() {
    explore_within(4, || {
        let (sender, mut receiver) = mailbox(2, []);
        let sending = thread::spawn(move || {
            for message in 1..=3 {
                sender.send(message).expect("the mailbox is open");
            }
        });
        assert_eq!([(); 3].map(|()| receiver.pop()), [1, 2, 3].map(Some));
        sending.join().unwrap();
        receiver.check_rest(2, &[]);
    });
}

#[test]
fn nobody_overtakes_one_who_waits() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let first = sender.clone();
        let mut reserve = first.reserve();
        assert!(poll_once(&mut reserve).is_pending());
        let overtaking = thread::spawn(move || sender.try_send(2));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert!(poll_once(&mut reserve).is_ready());
        first.push(reserve, 1).expect("the mailbox is open");
        let refused = overtaking.join().unwrap();
        assert!(matches!(refused, Err(SendError::Full(2))), "{refused:?}");
        receiver.check_rest(1, &[1]);
    });
}

#[test]
fn whoever_waits_longer_comes_first() {
    explore_within(4, || {
        let (sender, mut receiver) = mailbox(1, [0]);
        let [mut first, mut second] = [sender.reserve(), sender.reserve()];
        assert!(poll_once(&mut first).is_pending());
        let third = sender.clone();
        let waiting = thread::spawn(move || third.send_reserved(3));
        assert!(poll_once(&mut second).is_pending());
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert!(poll_once(&mut first).is_ready());
        assert!(poll_once(&mut second).is_pending());
        sender.push(first, 1).expect("the mailbox is open");
        drop(second);
        assert_eq!(receiver.pop(), Some(1));
        assert_eq!(receiver.pop(), Some(3));
        assert_eq!(waiting.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[]);
    });
}
