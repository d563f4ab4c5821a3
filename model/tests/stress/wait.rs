use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::dice::Dice;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Wakers of the current thread. From time to time another one takes the place of the last.
pub(crate) struct Wakers(Waker);

impl Wakers {
    pub(crate) fn new() -> Self {
        Self(Waker::from(Arc::new(Unpark(thread::current()))))
    }

    pub(crate) fn block_on<F: Future>(&mut self, dice: &mut Dice, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            if dice.below(4) == 0 {
                *self = Self::new();
            }
            match future.as_mut().poll(&mut Context::from_waker(&self.0)) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    }
}

/// Polls a future once, with a waker that wakes nobody.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Gives other threads time to come in between.
pub(crate) fn pause(dice: &mut Dice) {
    match dice.below(8) {
        0 => thread::yield_now(),
        1 => (0..dice.below(300)).for_each(|_| std::hint::spin_loop()),
        _ => {}
    }
}
