//! The two ends of a mailbox as the node uses them, in threads of loom.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::mailbox::{self, Mailbox, Reserve, Wakeup};
use crate::send_error::SendError;
use crate::task::{block_on, poll_once};

/// Each message is a number of its own.
pub(crate) type Number = u32;

/// The end that senders share.
#[derive(Clone)]
pub(crate) struct Sender(pub(crate) Arc<Mailbox<Number>>);

/// The end of the one receiver.
pub(crate) struct Receiver {
    pub(crate) mailbox: Arc<Mailbox<Number>>,
    pub(crate) receiver: mailbox::Receiver<Number>,
}

/// Creates a mailbox with messages in it that are accepted before any thread starts.
pub(crate) fn mailbox(
    capacity: usize,
    messages: impl IntoIterator<Item = Number>,
) -> (Sender, Receiver) {
    let mailbox = Arc::new(Mailbox::new(capacity));
    let sender = Sender(mailbox.clone());
    for message in messages {
        sender.try_send(message).expect("there is room");
    }
    let receiver = mailbox::Receiver::new();
    (sender, Receiver { mailbox, receiver })
}

impl Sender {
    pub(crate) fn try_send(&self, message: Number) -> Result<(), SendError<Number>> {
        self.0.try_push(message).map(Wakeup::wake)
    }

    /// Sends as many as there is room for. Returns the others, and whether the mailbox is open.
    pub(crate) fn try_send_all(
        &self,
        messages: impl Into<VecDeque<Number>>,
    ) -> (Vec<Number>, bool) {
        let mut messages = messages.into();
        let pushed = self.0.try_push_all(&mut messages).map(Wakeup::wake);
        (messages.into(), pushed.is_some())
    }

    /// Sends, and waits for room. Gives the message back if the mailbox is closed.
    pub(crate) fn send(&self, message: Number) -> Result<(), Number> {
        match self.try_send(message) {
            Ok(()) => Ok(()),
            Err(SendError::Full(message)) => self.send_reserved(message),
            Err(refused) => Err(refused.into_message()),
        }
    }

    /// Waits for a permit without having tried before, and sends.
    pub(crate) fn send_reserved(&self, message: Number) -> Result<(), Number> {
        let mut reserve = self.reserve();
        block_on(&mut reserve);
        self.push(reserve, message)
    }

    pub(crate) fn close(&self) {
        self.0.close();
    }

    pub(crate) fn begin_work(&self) {
        let begun = self.0.begin_work(mailbox::MAX_OWN_WORK);
        begun.expect("the mailbox is open");
    }

    pub(crate) fn push_own(&self, message: Number) -> Result<(), SendError<Number>> {
        self.0.push_own(None, message).map(Wakeup::wake)
    }

    pub(crate) fn end_work(&self) {
        self.0.end_work();
    }

    pub(crate) fn reserve(&self) -> Reserve<'_> {
        Reserve::new(&*self.0)
    }

    pub(crate) fn push(&self, reserve: Reserve<'_>, message: Number) -> Result<(), Number> {
        let permit = reserve.into_permit().expect("it has been polled");
        let pushed = self.0.push_reserved(permit, message);
        pushed.map(Wakeup::wake).map_err(SendError::into_message)
    }
}

impl Receiver {
    /// Waits for the next message.
    pub(crate) fn pop(&mut self) -> Option<Number> {
        block_on(poll_fn(|cx| self.poll_pop(cx)))
    }

    /// Waits for so many messages in one task, or for the end.
    pub(crate) fn pop_many(&mut self, count: usize) -> Vec<Number> {
        let mut popped = Vec::new();
        block_on(poll_fn(|cx| {
            while popped.len() < count {
                match ready!(self.poll_pop(cx)) {
                    Some(message) => popped.push(message),
                    None => break,
                }
            }
            Poll::Ready(())
        }));
        popped
    }

    /// Takes the next message if there is one.
    pub(crate) fn try_pop(&mut self) -> Poll<Option<Number>> {
        poll_once(&mut poll_fn(|cx| self.poll_pop(cx)))
    }

    pub(crate) fn poll_pop(&mut self, cx: &mut Context<'_>) -> Poll<Option<Number>> {
        let ready = self.receiver.poll_ready(&self.mailbox, cx);
        ready.map(|_| self.receiver.pop(&self.mailbox))
    }

    /// Waits until the batch has a message at `position`, and takes that one.
    pub(crate) fn pop_at(&mut self, position: usize) -> Option<Number> {
        block_on(poll_fn(|cx| self.poll_pop_at(position, cx)))
    }

    /// What a selective receive does.
    pub(crate) fn poll_pop_at(
        &mut self,
        position: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Number>> {
        loop {
            if self.receiver.batch().len() > position {
                return Poll::Ready(self.receiver.remove(&self.mailbox, position));
            }
            if !ready!(self.receiver.poll_fill(&self.mailbox, cx)) {
                return Poll::Ready(None);
            }
        }
    }

    /// Takes all messages of a mailbox that is or will be closed.
    pub(crate) fn pop_all(&mut self) -> Vec<Number> {
        std::iter::from_fn(|| self.pop()).collect()
    }

    /// What a worker does before its handler waits for something else than the mailbox.
    pub(crate) fn release(&self) {
        self.mailbox.release();
    }

    /// Closes the mailbox and takes what is left in it, as a dropped context does.
    pub(crate) fn drain(&mut self) -> Vec<Number> {
        let count = self.receiver.drain(&self.mailbox);
        let left: Vec<_> = self.receiver.take_batch().into();
        assert_eq!(left.len(), count);
        left
    }

    /// Empties an open mailbox that nobody else uses any more, and checks that it has as many places as
    /// at the beginning.
    pub(crate) fn check_rest(&mut self, capacity: usize, rest: &[Number]) {
        for message in rest {
            assert_eq!(self.try_pop(), Poll::Ready(Some(*message)));
        }
        assert_eq!(self.try_pop(), Poll::Pending);
        for _ in 0..capacity {
            let pushed = self.mailbox.try_push(0);
            pushed.expect("every place is free").wake();
        }
        let refused = self.mailbox.try_push(0);
        assert!(matches!(refused, Err(SendError::Full(0))), "{refused:?}");
    }
}
