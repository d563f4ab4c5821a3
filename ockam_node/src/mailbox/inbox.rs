use std::collections::VecDeque;
use std::mem;
use std::task::{Context, Poll, Waker};

use super::{Mailbox, wake_all};
use crate::sync::Ordering;

/// The end of a mailbox that its one receiver owns. Its methods take the other end along.
pub(crate) struct Inbox<T> {
    /// Messages taken out of the queue whose handling has not begun.
    batch: VecDeque<T>,
    begun: usize,
    /// `begun`, as it was when places were granted last.
    granted_at: usize,
    /// A clone of the receiver's waker that wasn't needed.
    spare: Option<Waker>,
}

impl<T> Inbox<T> {
    pub(crate) const fn new() -> Self {
        Self {
            batch: VecDeque::new(),
            begun: 0,
            granted_at: 0,
            spare: None,
        }
    }

    /// Takes the first message. `None` means that the mailbox is closed and empty.
    #[inline]
    pub(crate) fn poll_pop(
        &mut self,
        mailbox: &Mailbox<T>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<T>> {
        if self.batch.is_empty() {
            match self.poll_fill(mailbox, cx) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
        let message = self.batch.pop_front();
        self.begin(mailbox);
        Poll::Ready(message)
    }

    /// Returns the messages that were taken out of the queue and not begun.
    pub(crate) fn held(&self) -> &VecDeque<T> {
        &self.batch
    }

    /// Takes the message at `position` of those that are [held](Self::held).
    pub(crate) fn remove(&mut self, mailbox: &Mailbox<T>, position: usize) -> Option<T> {
        let message = self.batch.remove(position)?;
        self.begin(mailbox);
        mailbox.settle();
        Some(message)
    }

    /// Takes further messages out of the queue, behind those that are held. `false` means that the
    /// mailbox is closed and that there are none.
    pub(crate) fn poll_fill(&mut self, mailbox: &Mailbox<T>, cx: &mut Context<'_>) -> Poll<bool> {
        let own = self.spare.take();
        let own = own.filter(|waker| waker.will_wake(cx.waker()));
        let mut waker = Some(own.unwrap_or_else(|| cx.waker().clone()));
        let mut state = mailbox.lock();
        let filled = if !state.queue.is_empty() {
            if self.batch.is_empty() {
                mem::swap(&mut self.batch, &mut state.queue);
            } else {
                self.batch.append(&mut state.queue);
            }
            Poll::Ready(true)
        } else if state.open {
            mem::swap(&mut state.receiver, &mut waker);
            Poll::Pending
        } else {
            Poll::Ready(false)
        };
        let woken = mailbox.grant(&mut state);
        drop(state);
        self.spare = waker;
        self.granted_at = self.begun;
        wake_all(woken);
        filled
    }

    /// Closes the mailbox and takes everything that is left in it. Returns how much is held.
    pub(crate) fn drain(&mut self, mailbox: &Mailbox<T>) -> usize {
        mailbox.close();
        // Whoever still knows the mailbox keeps an empty one.
        let mut rest = mem::take(&mut mailbox.lock().queue);
        if !rest.is_empty() {
            self.batch.append(&mut rest);
        }
        self.batch.len()
    }

    /// Gives out what is held, without counting it as begun.
    pub(crate) fn take_held(&mut self) -> VecDeque<T> {
        mem::take(&mut self.batch)
    }

    /// Counts a message as begun: its place is free.
    #[inline]
    fn begin(&mut self, mailbox: &Mailbox<T>) {
        self.begun = self.begun.wrapping_add(1);
        let progress = &mailbox.progress;
        progress.begun.store(self.begun, Ordering::Release);
        if progress.crowded.load(Ordering::Relaxed) {
            // A block of places, so that senders and receiver don't wake each other for each message.
            let block = (mailbox.capacity / 4).max(1);
            if self.begun.wrapping_sub(self.granted_at) >= block {
                self.granted_at = self.begun;
                mailbox.settle();
            }
        }
    }
}
