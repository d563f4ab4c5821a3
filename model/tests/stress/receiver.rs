use std::future::poll_fn;
use std::task::{Context, Poll};
use std::thread;

use crate::dice::Dice;
use crate::gauge::Gauge;
use crate::mailbox::{Inbox, Mailbox};
use crate::sender::Message;
use crate::wait::{Wakers, pause, poll_once};

/// The thread that takes messages out, each time in another way.
pub(crate) struct Receiver<'a> {
    mailbox: &'a Mailbox<Message>,
    gauge: &'a Gauge,
    inbox: Inbox<Message>,
    dice: Dice,
    wakers: Wakers,
    pub(crate) received: Vec<Message>,
}

impl<'a> Receiver<'a> {
    pub(crate) fn new(mailbox: &'a Mailbox<Message>, gauge: &'a Gauge, dice: Dice) -> Self {
        Self {
            mailbox,
            gauge,
            inbox: Inbox::new(),
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
        let next = poll_fn(|cx| poll_pop(&mut self.inbox, self.mailbox, cx));
        let next = self.wakers.block_on(&mut self.dice, next);
        self.note(next)
    }

    /// As a receive in a `select!` that something else decides.
    fn try_pop(&mut self) -> bool {
        self.gauge.begin();
        match poll_once(&mut poll_fn(|cx| {
            poll_pop(&mut self.inbox, self.mailbox, cx)
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
        let filled = poll_once(&mut poll_fn(|cx| self.inbox.poll_fill(self.mailbox, cx)));
        let of_sender = |message: &Message| message.sender == sender;
        if let Some(position) = self.inbox.held().iter().position(of_sender) {
            self.gauge.begin();
            let next = self.inbox.remove(self.mailbox, position);
            return self.note(next);
        }
        filled != Poll::Ready(false) || !self.inbox.held().is_empty()
    }

    fn note(&mut self, next: Option<Message>) -> bool {
        if next.is_none() {
            self.gauge.begin_nothing();
        }
        let open = next.is_some();
        self.received.extend(next);
        open
    }

    /// As a handler that waits for something else: until every place is taken that can be, if
    /// `total` messages are sent in all.
    pub(crate) fn wait_until_full(&mut self, total: usize) {
        self.mailbox.settle();
        let taken = total.min(self.received.len() + self.gauge.capacity);
        while self.gauge.accepted() < taken {
            thread::yield_now();
        }
    }

    /// Closes the mailbox, and takes what is left in one piece.
    pub(crate) fn drain(&mut self) {
        let count = self.inbox.drain(self.mailbox);
        let held = self.inbox.take_held();
        assert_eq!(held.len(), count);
        self.received.extend(held);
        assert!(!self.pop(), "a drained mailbox has ended");
    }
}

fn poll_pop<T>(
    inbox: &mut Inbox<T>,
    mailbox: &Mailbox<T>,
    cx: &mut Context<'_>,
) -> Poll<Option<T>> {
    let ready = inbox.poll_ready(mailbox, cx);
    ready.map(|_| inbox.pop(mailbox))
}
