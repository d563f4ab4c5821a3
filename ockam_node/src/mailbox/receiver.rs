use std::collections::VecDeque;
use std::mem;
use std::task::{Context, Poll, Waker};

use super::spare::Spare;
use super::{Mailbox, wake_all};
use crate::sync::Ordering;

/// The end of a mailbox that its receiver owns. Its methods take the shared end as an argument, because
/// that is part of a larger allocation.
pub(crate) struct Receiver<T> {
    /// The messages that were taken from the queue and whose handling has not begun.
    batch: VecDeque<T>,
    begun: usize,
    /// The value of `begun` when permits were granted last.
    granted_at: usize,
    /// The waker of the last poll.
    waker: Option<Waker>,
    spare: Spare,
}

impl<T> Receiver<T> {
    pub(crate) const fn new() -> Self {
        Self {
            batch: VecDeque::new(),
            begun: 0,
            granted_at: 0,
            waker: None,
            spare: Spare::new(),
        }
    }

    /// Waits for a message. Returns `false` if the mailbox is closed and empty.
    #[inline]
    pub(crate) fn poll_ready(&mut self, mailbox: &Mailbox<T>, cx: &mut Context<'_>) -> Poll<bool> {
        if !self.batch.is_empty() {
            return Poll::Ready(true);
        }
        if self.is_waker_set(mailbox, cx) {
            return Poll::Pending;
        }
        self.poll_fill(mailbox, cx)
    }

    /// Takes the first message of the [batch](Self::batch).
    #[inline]
    pub(crate) fn pop(&mut self, mailbox: &Mailbox<T>) -> Option<T> {
        let message = self.batch.pop_front();
        if message.is_some() {
            self.begin(mailbox);
        }
        message
    }

    /// Returns the number of messages whose handling has begun.
    pub(crate) fn begun(&self) -> usize {
        self.begun
    }

    /// Returns `true` if no message has come since the waker of this task was registered. The next one
    /// wakes it.
    #[inline]
    fn is_waker_set(&self, mailbox: &Mailbox<T>, cx: &Context<'_>) -> bool {
        mailbox.waker_set.load(Ordering::Relaxed) && self.will_wake(cx)
    }

    #[inline]
    fn will_wake(&self, cx: &Context<'_>) -> bool {
        let waker = self.waker.as_ref();
        waker.is_some_and(|waker| waker.will_wake(cx.waker()))
    }

    /// Returns the messages that were taken from the queue and whose handling has not begun.
    pub(crate) fn batch(&self) -> &VecDeque<T> {
        &self.batch
    }

    /// Returns the first message of the [batch](Self::batch).
    pub(crate) fn front_mut(&mut self) -> Option<&mut T> {
        self.batch.front_mut()
    }

    /// Takes the message at `position` of the [batch](Self::batch).
    pub(crate) fn remove(&mut self, mailbox: &Mailbox<T>, position: usize) -> Option<T> {
        let message = self.batch.remove(position)?;
        self.begin(mailbox);
        mailbox.release();
        Some(message)
    }

    /// Takes further messages out of the queue, to the end of the batch. `false` means that the mailbox
    /// is closed and that there are none, and that no work of the owner is under way.
    pub(crate) fn poll_fill(&mut self, mailbox: &Mailbox<T>, cx: &mut Context<'_>) -> Poll<bool> {
        let before = match self.will_wake(cx) {
            true => None,
            false => self.waker.replace(cx.waker().clone()),
        };
        let mut waker = self.waker.clone();
        let mut may_keep_room = true;
        let mut state = mailbox.lock();
        let (filled, leaves_waker) = if !state.queue.is_empty() {
            if self.batch.is_empty() {
                mem::swap(&mut self.batch, &mut state.queue);
            } else {
                self.batch.append(&mut state.queue);
            }
            let is_lone = self.batch.len() == 1 && state.open && state.waiting.is_plain();
            (Poll::Ready(true), is_lone)
        } else if state.takes_more() {
            let room = self.batch.capacity() + state.queue.capacity();
            may_keep_room = self.spare.may_keep(room, size_of::<T>());
            (Poll::Pending, true)
        } else {
            (Poll::Ready(false), false)
        };
        if leaves_waker {
            mem::swap(&mut state.receiver, &mut waker);
            // Senders that wait already don't come again for the places of the batch.
            let waker_set = self.batch.is_empty() || state.waiting.is_plain();
            mailbox.waker_set.store(waker_set, Ordering::Relaxed);
        }
        let woken = mailbox.grant(&mut state);
        drop(state);
        drop((waker, before));
        self.granted_at = self.begun;
        wake_all(woken);
        if !may_keep_room {
            self.give_back_room(mailbox);
        }
        filled
    }

    /// Frees the room of a batch and of a queue that are empty.
    #[cold]
    fn give_back_room(&mut self, mailbox: &Mailbox<T>) {
        if self.batch.is_empty() {
            self.batch = VecDeque::new();
            let mut state = mailbox.lock();
            let queue = state.queue.is_empty().then(|| mem::take(&mut state.queue));
            drop(state);
            drop(queue);
        }
    }

    /// Closes the mailbox and takes all remaining messages into the batch. Returns the length of the
    /// batch.
    pub(crate) fn drain(&mut self, mailbox: &Mailbox<T>) -> usize {
        // Whoever still knows the mailbox keeps an empty one.
        let mut rest = mailbox.close_and(|state| {
            state.has_ended = true;
            mem::take(&mut state.queue)
        });
        if !rest.is_empty() {
            self.batch.append(&mut rest);
        }
        self.batch.len()
    }

    /// Takes the batch, without counting it as begun.
    pub(crate) fn take_batch(&mut self) -> VecDeque<T> {
        mem::take(&mut self.batch)
    }

    /// Counts a message as begun, which frees its place.
    #[inline]
    fn begin(&mut self, mailbox: &Mailbox<T>) {
        self.begun = self.begun.wrapping_add(1);
        let progress = &mailbox.progress;
        progress.begun.store(self.begun, Ordering::Release);
        if progress.has_waiters.load(Ordering::Relaxed) {
            // A block of permits, so that senders and receiver don't wake each other for each message.
            let block = (mailbox.capacity / 4).max(1);
            if self.begun.wrapping_sub(self.granted_at) >= block {
                self.granted_at = self.begun;
                mailbox.release();
            }
        }
    }
}
