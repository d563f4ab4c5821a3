use std::future::poll_fn;
use std::task::{Context, Poll};
use std::thread;

use crate::dice::Dice;
use crate::gauge::Gauge;
use crate::mailbox::{self, Mailbox};
use crate::sender::Message;
use crate::wait::{Wakers, pause, poll_once};

/// The thread that takes messages out, each time in another way.
pub(crate) struct Receiver<'a> {
    mailbox: &'a Mailbox<Message>,
    gauge: &'a Gauge,
    receiver: mailbox::Receiver<Message>,
    dice: Dice,
    wakers: Wakers,
    pub(crate) received: Vec<Message>,
}

impl<'a> Receiver<'a> {
    pub(crate) fn new(mailbox: &'a Mailbox<Message>, gauge: &'a Gauge, dice: Dice) -> Self {
        Self {
            mailbox,
            gauge,
            receiver: mailbox::Receiver::new(),
            dice,
            wakers: Wakers::new(),
            received: Vec::new(),
        }
    }

    /// Receives so many messages. Stops before, and returns `false`, at the end of the mailbox.
    pub(crate) fn receive(&mut self, count: usize, senders: usize) -> bool {
        while self.received.len() < count {
            pause(&mut self.dice);
            let open = match self.dice.below(8) {
                0 => self.try_pop(),
                1 | 2 => self.pop_of(senders),
                _ => self.pop(),
            };
            if !open {
                return false;
            }
        }
        true
    }

    fn pop(&mut self) -> bool {
        self.gauge.begin();
        let next = poll_fn(|cx| poll_pop(&mut self.receiver, self.mailbox, cx));
        let next = self.wakers.block_on(&mut self.dice, next);
        self.note(next)
    }

    /// As a receive in a `select!` of which another branch is ready.
    fn try_pop(&mut self) -> bool {
        self.gauge.begin();
        match poll_once(&mut poll_fn(|cx| {
            poll_pop(&mut self.receiver, self.mailbox, cx)
        })) {
            Poll::Ready(next) => self.note(next),
            Poll::Pending => {
                self.gauge.begin_nothing();
                true
            }
        }
    }

    /// Takes the first message of some sender, if there is one.
    fn pop_of(&mut self, senders: usize) -> bool {
        let sender = self.dice.below(senders);
        let filled = poll_once(&mut poll_fn(|cx| self.receiver.poll_fill(self.mailbox, cx)));
        let of_sender = |message: &Message| message.sender == sender;
        if let Some(position) = self.receiver.batch().iter().position(of_sender) {
            self.gauge.begin();
            let next = self.receiver.remove(self.mailbox, position);
            return self.note(next);
        }
        filled != Poll::Ready(false) || !self.receiver.batch().is_empty()
    }

    fn note(&mut self, next: Option<Message>) -> bool {
        if next.is_none() {
            self.gauge.begin_nothing();
        }
        let open = next.is_some();
        self.received.extend(next);
        open
    }

    /// As a handler that waits for something else: until all places are taken, or all `total` messages
    /// are sent.
    pub(crate) fn wait_until_full(&mut self, total: usize) {
        self.mailbox.release();
        let taken = total.min(self.received.len() + self.gauge.capacity);
        while self.gauge.accepted() < taken {
            thread::yield_now();
        }
    }

    /// Closes the mailbox, and takes what is left at once.
    pub(crate) fn drain(&mut self) {
        let count = self.receiver.drain(self.mailbox);
        let batch = self.receiver.take_batch();
        assert_eq!(batch.len(), count);
        self.received.extend(batch);
        assert!(!self.pop(), "a drained mailbox has ended");
    }
}

fn poll_pop<T>(
    receiver: &mut mailbox::Receiver<T>,
    mailbox: &Mailbox<T>,
    cx: &mut Context<'_>,
) -> Poll<Option<T>> {
    let ready = receiver.poll_ready(mailbox, cx);
    ready.map(|_| receiver.pop(mailbox))
}
