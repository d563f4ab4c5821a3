//! Messages that are sent together are accepted in order, as if they had been sent one by one.

use loom::thread;

use crate::ends::mailbox;
use crate::explore::explore;
use crate::task::poll_once;

#[test]
fn the_first_ones_are_received_and_wake() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, []);
        let sending = thread::spawn(move || sender.try_send_all([1, 2, 3]));
        assert_eq!([receiver.pop(), receiver.pop()], [Some(1), Some(2)]);
        assert_eq!(sending.join().unwrap(), (vec![3], true));
        receiver.check_rest(2, &[]);
    });
}

/// The receiver begins one message of a batch of two: there is room for one.
#[test]
fn as_many_as_have_room_behind_a_batch() {
    explore(|| {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let sending = thread::spawn(move || sender.try_send_all([2, 3]));
        assert_eq!(receiver.pop(), Some(0));
        let (left, is_open) = sending.join().unwrap();
        assert!(is_open);
        match left.as_slice() {
            [3] => receiver.check_rest(2, &[1, 2]),
            [2, 3] => receiver.check_rest(2, &[1]),
            left => panic!("{left:?}"),
        }
    });
}

#[test]
fn they_overtake_nobody_who_waits() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let first = sender.clone();
        let mut reserve = first.reserve();
        assert!(poll_once(&mut reserve).is_pending());
        let overtaking = thread::spawn(move || sender.try_send_all([2, 3]));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert!(poll_once(&mut reserve).is_ready());
        first.push(reserve, 1).expect("the mailbox is open");
        assert_eq!(overtaking.join().unwrap(), (vec![2, 3], true));
        receiver.check_rest(1, &[1]);
    });
}

#[test]
fn all_are_received_or_given_back() {
    explore(|| {
        let (sender, mut receiver) = mailbox(4, []);
        let closer = sender.clone();
        let sending = thread::spawn(move || sender.try_send_all([1, 2]));
        let closing = thread::spawn(move || closer.close());
        let received = receiver.pop_all();
        closing.join().unwrap();
        match sending.join().unwrap() {
            (left, true) => assert_eq!((received, left), (vec![1, 2], vec![])),
            (left, false) => assert_eq!((received, left), (vec![], vec![1, 2])),
        }
        assert_eq!(receiver.pop(), None);
    });
}
