//! No code of a user runs under the lock: a waker may use the mailbox when it is woken, and when its last
//! clone is dropped. Under the lock it would wait for itself, which loom reports.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use crate::ends::{Receiver, Sender, mailbox};
use crate::explore::explore;
use crate::mailbox::Reserve;
use crate::task::poll_once;
use crate::wakers::{DROPPED, WOKEN, Wakers};

/// Creates wakers that ask for a permit and give it back, which takes the lock and changes nothing.
fn wakers_of(sender: &Sender) -> Wakers {
    let mailbox = Arc::downgrade(&sender.0);
    Wakers::new(move || {
        if let Some(mailbox) = mailbox.upgrade() {
            let _ = poll_once(&mut Reserve::new(&*mailbox));
        }
    })
}

/// Polls the receiver, which has to wait.
fn receive(wakers: &Wakers, receiver: &mut Receiver) {
    wakers.wait(&mut poll_fn(|cx| receiver.poll_pop(cx)));
}

/// The receiver keeps a clone of its waker until it is polled with another one.
const WOKEN_AND_KEPT: usize = 1;

/// Each step wakes the receiver in another way.
#[test]
fn of_a_receiver_that_is_woken() {
    let steps: [fn(&Sender); 5] = [
        |sender| sender.try_send(1).expect("there is room"),
        |sender| assert_eq!(sender.try_send_all([1, 2]), (vec![2], true)),
        |sender| {
            let mut reserve = sender.reserve();
            assert!(poll_once(&mut reserve).is_ready());
            sender.push(reserve, 1).expect("the mailbox is open");
        },
        |sender| sender.0.wake_receiver(),
        |sender| {
            let [mut granted, mut reserve] = [sender.reserve(), sender.reserve()];
            assert!(poll_once(&mut granted).is_ready());
            assert!(poll_once(&mut reserve).is_pending());
        },
    ];
    explore(move || {
        for step in steps {
            let (sender, mut receiver) = mailbox(1, []);
            let wakers = wakers_of(&sender);
            receive(&wakers, &mut receiver);
            step(&sender);
            assert_eq!(wakers.calls(), WOKEN_AND_KEPT);
            let _ = receiver.try_pop();
            assert_eq!(wakers.calls(), DROPPED);
        }
    });
}

#[test]
fn of_those_who_wait_at_a_mailbox_that_closes() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        let wakers = wakers_of(&sender);
        receive(&wakers, &mut receiver);
        sender.close();
        assert_eq!(wakers.calls(), WOKEN_AND_KEPT);

        let (sender, _receiver) = mailbox(1, [0]);
        let wakers = wakers_of(&sender);
        let mut reserves = [sender.reserve(), sender.reserve()];
        reserves.iter_mut().for_each(|reserve| wakers.wait(reserve));
        sender.close();
        assert_eq!(wakers.calls(), 2 * WOKEN);
    });
}

/// Each step grants the permit in another way: less than a block of two places is free.
#[test]
fn of_a_sender_that_is_granted_a_permit() {
    let steps: [fn(&Sender, &mut Receiver); 3] = [
        |_, receiver| receiver.release(),
        |_, receiver| assert_eq!(receiver.try_pop(), Poll::Pending),
        |sender, _| assert!(poll_once(&mut sender.reserve()).is_pending()),
    ];
    explore(move || {
        for step in steps {
            let (sender, mut receiver) = mailbox(8, [0]);
            let mut granted = [(); 7].map(|()| sender.reserve());
            assert!(
                granted
                    .iter_mut()
                    .all(|reserve| poll_once(reserve).is_ready())
            );
            let wakers = wakers_of(&sender);
            let mut reserve = sender.reserve();
            wakers.wait(&mut reserve);
            assert_eq!(receiver.pop(), Some(0));
            assert_eq!(wakers.calls(), 0);
            step(&sender, &mut receiver);
            assert_eq!(wakers.calls(), WOKEN);
            assert!(poll_once(&mut reserve).is_ready());
        }
    });
}

#[test]
fn of_a_sender_that_gets_the_permit_of_another_one() {
    explore(|| {
        let (sender, _receiver) = mailbox(1, []);
        let wakers = wakers_of(&sender);
        let [mut first, mut second] = [sender.reserve(), sender.reserve()];
        assert!(poll_once(&mut first).is_ready());
        wakers.wait(&mut second);
        drop(first);
        assert_eq!(wakers.calls(), WOKEN);
        assert!(poll_once(&mut second).is_ready());
    });
}

#[test]
fn of_a_sender_that_registers_another_waker_and_gives_up() {
    explore(|| {
        let (sender, _receiver) = mailbox(1, [0]);
        let wakers = wakers_of(&sender);
        let mut reserve = sender.reserve();
        wakers.wait(&mut reserve);
        assert_eq!(wakers.calls(), 0);
        wakers.wait(&mut reserve);
        assert_eq!(wakers.calls(), DROPPED);
        drop(reserve);
        assert_eq!(wakers.calls(), DROPPED);
    });
}

#[test]
fn of_a_receiver_that_registers_other_wakers() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        let wakers = wakers_of(&sender);
        for calls in [0, DROPPED, DROPPED] {
            receive(&wakers, &mut receiver);
            assert_eq!(wakers.calls(), calls);
        }
    });
}
