mod push;
mod questions;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use ockam_core::{Address, Hops};

use super::control_queue::ControlQueue;
use super::phase::Phase;
use crate::accounts::{InFlightGroup, NotSent, PeerAccounts, PendingAsk, SendAccounts};
use crate::message::Encoder;
use crate::quota::Share;

pub(super) use push::{NotQueued, Pushed};
use questions::QueuedQuestions;

/// The messages that are to be sent, as frames, and their accounts. Senders and the writer share it.
pub(super) struct SendQueue {
    pub(super) phase: Phase,
    /// Whether no more messages are accepted, because the connection is about to be closed.
    pub(super) is_finishing: bool,
    /// Whether the peer has ended its half of the stream.
    pub(super) is_parting: bool,
    /// Whole frames, one after the other.
    frames: Vec<u8>,
    encoder: Encoder,
    /// Where the questions are among the frames.
    questions: QueuedQuestions,
    accounts: SendAccounts,
    run: QueuedRun,
    /// How many bytes of frames there may be before senders have to wait.
    max_queued_bytes: usize,
    max_frame_bytes: usize,
    /// What the frames, and those that are being written, take of that which all connections may queue.
    share: Share,
    /// How many bytes are being written.
    writing_bytes: usize,
}

/// Messages that are the same as the last one in the accounts but for their bodies.
#[derive(Default)]
struct QueuedRun {
    /// How many are not in the accounts yet. They are noted together, before anybody looks.
    unnoted: u32,
    /// How many bytes their frames have.
    unnoted_bytes: usize,
    /// How many more there may be. Once there are none, all are in the accounts.
    left: u32,
    /// How many bytes more there may be, up to the last message.
    left_bytes: i64,
}

/// How many bytes of answers may be queued beyond what else may: the questions that have been admitted are
/// often answered together.
const MAX_ANSWERS_BYTES: usize = 16 * 1024 * 1024;

/// After how many bytes what is queued is counted for all connections.
const COUNT_EVERY_BYTES: usize = 4 * 1024;

/// What a message has to wait for.
pub(super) enum Awaited<'a> {
    /// Room in the queue, which is the same for all.
    Queue,
    /// Credit for this worker.
    Credit(&'a Address),
}

/// The capacity to which a buffer shrinks once batches are short again.
const KEPT_BATCH_BYTES: usize = 256 * 1024;

/// How many bytes a short batch has at most. If nothing else is sent, a sign of life is such a batch,
/// so that the memory of a long one is freed before long.
const SHORT_BATCH_BYTES: usize = 4 * 1024;

impl SendQueue {
    /// Returns the bytes of the longest frame that may be sent.
    pub(in crate::connection) fn max_frame_bytes(&self) -> usize {
        self.max_frame_bytes
    }

    pub(super) fn new(
        accounts: Arc<PeerAccounts>,
        max_queued_bytes: usize,
        max_frame_bytes: usize,
        share: Share,
    ) -> Self {
        Self {
            phase: Phase::Open,
            is_finishing: false,
            is_parting: false,
            frames: Vec::new(),
            encoder: Encoder::default(),
            questions: QueuedQuestions::default(),
            accounts: SendAccounts::new(accounts),
            run: QueuedRun::default(),
            max_queued_bytes,
            max_frame_bytes,
            share,
            writing_bytes: 0,
        }
    }

    /// Begins with a new stream.
    pub(super) fn restart(&mut self) {
        self.accounts();
        self.is_parting = false;
    }

    /// Returns what a message to `onward` has to wait for, if anything.
    pub(super) fn awaited<'a>(&mut self, onward: Hops<'a>) -> Option<Awaited<'a>> {
        if !self.has_room() {
            return Some(Awaited::Queue);
        }
        // Otherwise nobody looks into the accounts, in which the run may be missing.
        let without = self.accounts().without_credit(onward);
        without.map(Awaited::Credit)
    }

    /// Tells whether there is room for a message to anybody who has credit.
    pub(super) fn has_room(&mut self) -> bool {
        self.has_bytes_left() && !self.accounts.has_to_wait()
    }

    fn has_bytes_left(&self) -> bool {
        self.frames.len() < self.max_queued_bytes && !self.share.is_too_much()
    }

    /// Tells whether there is room for an answer. Nobody waits for that, so there is more.
    fn has_bytes_left_for_answer(&self) -> bool {
        let max_bytes = self.max_queued_bytes.saturating_add(MAX_ANSWERS_BYTES);
        self.frames.len() < max_bytes && !self.share.is_too_much()
    }

    /// Counts what is queued, which has had so many bytes before.
    fn count_queued(&mut self, before: usize) {
        // Not for each message: those that are counted a little late are few.
        if before / COUNT_EVERY_BYTES != self.frames.len() / COUNT_EVERY_BYTES {
            self.count();
        }
    }

    /// Counts what is queued and what is being written.
    fn count(&mut self) {
        self.share.set(self.frames.len() + self.writing_bytes);
        self.accounts.set_unsent(self.frames.len());
    }

    /// Returns `true` if the frames that were taken last are counted as being written.
    pub(super) fn is_writing(&self) -> bool {
        self.writing_bytes > 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Swaps the queued frames with a buffer that the stream has written. Returns whether there are
    /// any.
    pub(super) fn take(&mut self, written: &mut Vec<u8>, control: &ControlQueue) -> bool {
        written.clear();
        self.writing_bytes = 0;
        self.count();
        self.accounts().write();
        if self.is_parting {
            // Messages wait for the next stream. What is beside them is about this one, and the peer
            // still reads it.
            control.take_last(written);
            return !written.is_empty();
        }
        if self.frames.is_empty() && control.is_empty() {
            return false;
        }
        let reports = control.take(&mut self.frames);
        self.accounts.give(reports);
        if self.frames.len() <= SHORT_BATCH_BYTES {
            written.shrink_to(KEPT_BATCH_BYTES);
        }
        self.questions.clear();
        mem::swap(&mut self.frames, written);
        self.writing_bytes = written.len();
        self.count();
        true
    }

    /// Ends a stream. Returns the messages that may have arrived, and the asks whose answers may have
    /// been on their way.
    pub(super) fn take_in_doubt(&mut self) -> (VecDeque<InFlightGroup>, Vec<PendingAsk>) {
        self.writing_bytes = 0;
        self.count();
        self.accounts().take_in_doubt()
    }

    /// Takes questions out of the queue that nobody waits for any more. Returns them, to be dropped without a
    /// lock.
    pub(super) fn withdraw_ended(&mut self) -> Vec<PendingAsk> {
        if self.questions.is_empty() {
            return Vec::new();
        }
        let (ended, open) = self.accounts().take_ended_questions();
        let withdrawn = self.questions.withdraw(&mut self.frames, &open);
        self.accounts.withdraw(&withdrawn);
        self.count();
        ended
    }

    /// Drops what is queued. Returns what is not sent.
    pub(super) fn take_queued(&mut self) -> NotSent {
        self.frames = Vec::new();
        self.questions.clear();
        self.count();
        self.accounts().take_queued()
    }

    /// Returns how many messages the peer has acknowledged, if senders wait for it to acknowledge more.
    pub(super) fn awaited_acknowledgement(&mut self) -> Option<u64> {
        self.accounts().awaited_acknowledgement()
    }

    /// Returns the accounts, in which nothing is missing. The run ends.
    fn accounts(&mut self) -> &mut SendAccounts {
        let run = mem::take(&mut self.run);
        if run.unnoted > 0 {
            let (onward, _) = self.encoder.way();
            let onward = Hops::new(onward, None);
            self.accounts
                .note_more(onward, run.unnoted, run.unnoted_bytes);
        }
        &mut self.accounts
    }
}
