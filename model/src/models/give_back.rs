//! A sender that gives up passes its permit on, whether it had been granted or not.

use loom::thread;

use crate::ends::{Sender, mailbox};
use crate::explore::{explore, explore_within};
use crate::task::{all_joined, poll_once};

/// Asks for a permit, and gives it back, granted or not.
fn give_up(sender: &Sender) {
    let mut reserve = sender.reserve();
    let _ = poll_once(&mut reserve);
}

#[test]
fn to_one_who_waits() {
    explore_within(3, || {
        let (sender, mut receiver) = mailbox(1, [0]);
        let hasty = sender.clone();
        let leaving = thread::spawn(move || give_up(&hasty));
        let sending = thread::spawn(move || sender.send_reserved(1));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        leaving.join().unwrap();
        receiver.check_rest(1, &[1]);
    });
}

/// The sender in front waits from the beginning.
#[test]
fn to_one_who_waits_behind() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let hasty = sender.clone();
        let mut reserve = hasty.reserve();
        assert!(poll_once(&mut reserve).is_pending());
        let sending = thread::spawn(move || sender.send_reserved(1));
        assert_eq!(receiver.pop(), Some(0));
        drop(reserve);
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[1]);
    });
}

#[test]
fn to_one_who_comes_later() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let leaving = thread::spawn(move || give_up(&sender));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        leaving.join().unwrap();
        receiver.check_rest(1, &[]);
    });
}

/// When the second one gives up, the receiver does nothing any more.
#[test]
fn to_one_behind_two_who_give_up() {
    explore_within(2, || {
        let (sender, mut receiver) = mailbox(2, [0, 1]);
        let leaving =
            [sender.clone(), sender.clone()].map(|hasty| thread::spawn(move || give_up(&hasty)));
        let sending = thread::spawn(move || sender.send_reserved(2));
        assert_eq!(receiver.pop(), Some(0));
        receiver.release();
        assert_eq!(sending.join().unwrap(), Ok(()));
        assert_eq!(all_joined(leaving), [(), ()]);
        receiver.check_rest(2, &[1, 2]);
    });
}

#[test]
fn to_nobody_once_the_mailbox_is_closed() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let leaving = thread::spawn(move || give_up(&sender));
        assert_eq!(receiver.pop(), Some(0));
        assert_eq!(receiver.drain(), []);
        leaving.join().unwrap();
        assert_eq!(receiver.pop(), None);
    });
}
