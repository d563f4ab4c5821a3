//! A receiver that rests is polled by nobody until its waker is woken.

use std::task::Poll;

use loom::thread;

use crate::ends::mailbox;
use crate::explore::explore;

#[test]
fn until_the_first_message() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        let sending = thread::spawn(move || sender.try_send(1).expect("there is room"));
        receiver.rest();
        assert_eq!(receiver.try_pop(), Poll::Ready(Some(1)));
        sending.join().unwrap();
        receiver.check_rest(1, &[]);
    });
}

#[test]
fn until_the_end() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        let closing = thread::spawn(move || sender.close());
        receiver.rest();
        assert_eq!(receiver.try_pop(), Poll::Ready(None));
        closing.join().unwrap();
    });
}

/// It has received before, and somebody waits for the place of what it has received.
#[test]
fn not_before_one_who_waits_has_his_place() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, [0]);
        let sending = thread::spawn(move || sender.send_in_turn(1));
        assert_eq!(receiver.pop(), Some(0));
        receiver.rest();
        assert_eq!(receiver.pop(), Some(1));
        assert_eq!(sending.join().unwrap(), Ok(()));
        receiver.check_rest(1, &[]);
    });
}

/// It has looked for messages before, and left the waker of another task.
#[test]
fn with_its_last_waker() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        assert_eq!(receiver.try_pop(), Poll::Pending);
        let sending = thread::spawn(move || sender.try_send(1).expect("there is room"));
        receiver.rest();
        assert_eq!(receiver.try_pop(), Poll::Ready(Some(1)));
        sending.join().unwrap();
        receiver.check_rest(1, &[]);
    });
}
