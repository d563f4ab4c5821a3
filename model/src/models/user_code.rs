//! No code of a user runs under the lock: a waker may use the mailbox while it is woken, and while
//! its last clone is dropped. Under the lock it would wait for itself, which loom reports.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use crate::ends::{Number, Receiver, Sender, mailbox, poll_once};
use crate::explore::explore;
use crate::mailbox::{Mailbox, Turn};

/// What a waker does with the mailbox when it is woken, and when its last clone is dropped.
struct CallBack {
    mailbox: Weak<Mailbox<Number>>,
    calls: Arc<AtomicUsize>,
}

impl CallBack {
    /// Enters the line and leaves it, which takes the lock and changes nothing.
    fn call(&self) {
        let Some(mailbox) = self.mailbox.upgrade() else {
            return;
        };
        if !thread::panicking() {
            let _ = poll_once(&mut Turn::new(&*mailbox));
            self.calls.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Wake for CallBack {
    fn wake(self: Arc<Self>) {
        self.call();
    }
}

impl Drop for CallBack {
    fn drop(&mut self) {
        self.call();
    }
}

/// Makes wakers, and counts how often they have called back.
struct Wakers {
    mailbox: Weak<Mailbox<Number>>,
    calls: Arc<AtomicUsize>,
}

impl Wakers {
    fn of(sender: &Sender) -> Self {
        Self {
            mailbox: Arc::downgrade(&sender.0),
            calls: Arc::default(),
        }
    }

    /// Polls a future that has to wait, with a waker that only the two ends keep then.
    fn wait<F: Future + Unpin>(&self, future: &mut F) {
        let waker = Waker::from(Arc::new(CallBack {
            mailbox: self.mailbox.clone(),
            calls: self.calls.clone(),
        }));
        let polled = Pin::new(future).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
    }

    fn receive(&self, receiver: &mut Receiver) {
        let mut pop = poll_fn(|cx| receiver.poll_pop(cx));
        self.wait(&mut pop);
    }

    /// Returns how often somebody has been called back since it was asked last.
    fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::Relaxed)
    }
}

/// The waker of a sender is called back when it is woken, and when it is dropped behind that.
const WOKEN: usize = 2;
/// That of the receiver is kept until it shows another one.
const WOKEN_AND_KEPT: usize = 1;
const DROPPED: usize = 1;

/// Each step wakes the receiver in another way.
#[test]
fn of_a_receiver_that_is_woken() {
    let steps: [fn(&Sender); 5] = [
        |sender| sender.try_send(1).expect("there is room"),
        |sender| assert_eq!(sender.try_send_all([1, 2]), (vec![2], true)),
        |sender| {
            let mut turn = sender.turn();
            assert!(poll_once(&mut turn).is_ready());
            sender.push(turn, 1).expect("the mailbox is open");
        },
        |sender| sender.0.wake_receiver(),
        |sender| {
            let [mut granted, mut turn] = [sender.turn(), sender.turn()];
            assert!(poll_once(&mut granted).is_ready());
            assert!(poll_once(&mut turn).is_pending());
        },
    ];
    explore(move || {
        for step in steps {
            let (sender, mut receiver) = mailbox(1, []);
            let wakers = Wakers::of(&sender);
            wakers.receive(&mut receiver);
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
        let wakers = Wakers::of(&sender);
        wakers.receive(&mut receiver);
        sender.close();
        assert_eq!(wakers.calls(), WOKEN_AND_KEPT);

        let (sender, _receiver) = mailbox(1, [0]);
        let wakers = Wakers::of(&sender);
        let mut turns = [sender.turn(), sender.turn()];
        turns.iter_mut().for_each(|turn| wakers.wait(turn));
        sender.close();
        assert_eq!(wakers.calls(), 2 * WOKEN);
    });
}

/// Each step grants the place in another way: less than a block of two places is free.
#[test]
fn of_a_sender_whose_turn_comes() {
    let steps: [fn(&Sender, &mut Receiver); 3] = [
        |_, receiver| receiver.settle(),
        |_, receiver| assert_eq!(receiver.try_pop(), Poll::Pending),
        |sender, _| assert!(poll_once(&mut sender.turn()).is_pending()),
    ];
    explore(move || {
        for step in steps {
            let (sender, mut receiver) = mailbox(8, [0]);
            let mut granted = [(); 7].map(|()| sender.turn());
            assert!(granted.iter_mut().all(|turn| poll_once(turn).is_ready()));
            let wakers = Wakers::of(&sender);
            let mut turn = sender.turn();
            wakers.wait(&mut turn);
            assert_eq!(receiver.pop(), Some(0));
            assert_eq!(wakers.calls(), 0);
            step(&sender, &mut receiver);
            assert_eq!(wakers.calls(), WOKEN);
            assert!(poll_once(&mut turn).is_ready());
        }
    });
}

#[test]
fn of_a_sender_that_gets_the_place_of_another_one() {
    explore(|| {
        let (sender, _receiver) = mailbox(1, []);
        let wakers = Wakers::of(&sender);
        let [mut first, mut second] = [sender.turn(), sender.turn()];
        assert!(poll_once(&mut first).is_ready());
        wakers.wait(&mut second);
        drop(first);
        assert_eq!(wakers.calls(), WOKEN);
        assert!(poll_once(&mut second).is_ready());
    });
}

#[test]
fn of_a_sender_that_shows_another_waker_and_gives_up() {
    explore(|| {
        let (sender, _receiver) = mailbox(1, [0]);
        let wakers = Wakers::of(&sender);
        let mut turn = sender.turn();
        wakers.wait(&mut turn);
        assert_eq!(wakers.calls(), 0);
        wakers.wait(&mut turn);
        assert_eq!(wakers.calls(), DROPPED);
        drop(turn);
        assert_eq!(wakers.calls(), DROPPED);
    });
}

#[test]
fn of_a_receiver_that_shows_other_wakers() {
    explore(|| {
        let (sender, mut receiver) = mailbox(1, []);
        let wakers = Wakers::of(&sender);
        for calls in [0, DROPPED, DROPPED] {
            wakers.receive(&mut receiver);
            assert_eq!(wakers.calls(), calls);
        }
    });
}
