//! Tasks that wait until others notify them.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use ockam_node::transport::Notify;

/// Polls a future once, with a waker of nobody.
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn all_who_wait_are_notified_at_once() {
    let notify = Notify::new();
    let (mut one, mut other) = (pin!(notify.notified()), pin!(notify.notified()));
    assert!(poll(one.as_mut()).is_pending());
    assert!(poll(other.as_mut()).is_pending());
    notify.notify_waiters();
    assert!(poll(one).is_ready());
    assert!(poll(other).is_ready());
    assert!(poll(pin!(notify.notified())).is_pending());
}

#[test]
fn it_waits_before_it_is_polled() {
    let notify = Notify::new();
    let notified = notify.notified();
    notify.notify_waiters();
    assert!(poll(pin!(notified)).is_ready());
}

#[test]
fn one_who_comes_too_late_need_not_wait() {
    let notify = Notify::new();
    notify.notify_one();
    assert!(poll(pin!(notify.notified())).is_ready());
    assert!(poll(pin!(notify.notified())).is_pending());
}

#[test]
fn who_has_waited_longest_is_notified_first() {
    let notify = Notify::new();
    let (mut first, mut second) = (pin!(notify.notified()), pin!(notify.notified()));
    assert!(poll(first.as_mut()).is_pending());
    assert!(poll(second.as_mut()).is_pending());
    assert!(poll(first.as_mut()).is_pending());
    notify.notify_one();
    assert!(poll(pin!(notify.notified())).is_pending());
    assert!(poll(second.as_mut()).is_pending());
    assert!(poll(first.as_mut()).is_ready());
    notify.notify_one();
    assert!(poll(second).is_ready());
}

#[test]
fn one_who_has_gone_is_notified_by_another() {
    let notify = Notify::new();
    let mut waiting = Box::pin(notify.notified());
    assert!(poll(waiting.as_mut()).is_pending());
    notify.notify_one();
    drop(waiting);
    assert!(poll(pin!(notify.notified())).is_ready());
}

#[test]
fn who_has_gone_leaves_no_waker() {
    struct Nobody;

    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }

    let notify = Notify::new();
    let nobody = Arc::new(Nobody);
    let waker = Waker::from(nobody.clone());
    let mut waiting = Box::pin(notify.notified());
    let polled = waiting.as_mut().poll(&mut Context::from_waker(&waker));
    assert!(polled.is_pending());
    drop((waiting, waker));
    assert_eq!(Arc::strong_count(&nobody), 1);
}
