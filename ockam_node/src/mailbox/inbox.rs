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
    /// The waker that was shown last.
    shown: Option<Waker>,
}

impl<T> Inbox<T> {
    pub(crate) const fn new() -> Self {
        Self {
            batch: VecDeque::new(),
            begun: 0,
            granted_at: 0,
            shown: None,
        }
    }

    /// Waits for a message. `false` means that the mailbox is closed and empty.
    #[inline]
    pub(crate) fn poll_ready(&mut self, mailbox: &Mailbox<T>, cx: &mut Context<'_>) -> Poll<bool> {
        if !self.batch.is_empty() {
            return Poll::Ready(true);
        }
        if self.is_watching(mailbox, cx) {
            return Poll::Pending;
        }
        self.poll_fill(mailbox, cx)
    }

    /// Leaves a waker for what comes, unless something has.
    pub(crate) fn rest(&self, mailbox: &Mailbox<T>, waker: Waker) -> bool {
        let mut state = mailbox.lock();
        let is_empty = self.batch.is_empty() && state.queue.is_empty() && state.line.is_empty();
        let rests = is_empty && state.open;
        let before = match rests {
            true => state.receiver.replace(waker),
            false => Some(waker),
        };
        drop(state);
        drop(before);
        rests
    }

    /// Takes the first message of those that are [held](Self::held).
    #[inline]
    pub(crate) fn pop(&mut self, mailbox: &Mailbox<T>) -> Option<T> {
        let message = self.batch.pop_front();
        if message.is_some() {
            self.begin(mailbox);
        }
        message
    }

    /// Tells whether whatever comes will wake this task: nothing has come since its waker was left.
    #[inline]
    fn is_watching(&self, mailbox: &Mailbox<T>, cx: &Context<'_>) -> bool {
        mailbox.watched.load(Ordering::Relaxed) && self.has_shown(cx)
    }

    #[inline]
    fn has_shown(&self, cx: &Context<'_>) -> bool {
        let shown = self.shown.as_ref();
        shown.is_some_and(|shown| shown.will_wake(cx.waker()))
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
        let before = match self.has_shown(cx) {
            true => None,
            false => self.shown.replace(cx.waker().clone()),
        };
        let mut waker = self.shown.clone();
        let mut state = mailbox.lock();
        let (filled, leaves_waker) = if !state.queue.is_empty() {
            if self.batch.is_empty() {
                mem::swap(&mut self.batch, &mut state.queue);
            } else {
                self.batch.append(&mut state.queue);
            }
            let is_lone = self.batch.len() == 1 && state.open && state.line.is_empty();
            (Poll::Ready(true), is_lone)
        } else if state.open {
            (Poll::Pending, true)
        } else {
            (Poll::Ready(false), false)
        };
        if leaves_waker {
            mem::swap(&mut state.receiver, &mut waker);
            // Those who stand in line already don't come again for the places of what is held.
            let watched = self.batch.is_empty() || state.line.is_empty();
            mailbox.watched.store(watched, Ordering::Relaxed);
        }
        let woken = mailbox.grant(&mut state);
        drop(state);
        drop((waker, before));
        self.granted_at = self.begun;
        wake_all(woken);
        filled
    }

    /// Closes the mailbox and takes everything that is left in it. Returns how much is held.
    pub(crate) fn drain(&mut self, mailbox: &Mailbox<T>) -> usize {
        // Whoever still knows the mailbox keeps an empty one.
        let mut rest = mailbox.close_and(|state| mem::take(&mut state.queue));
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
