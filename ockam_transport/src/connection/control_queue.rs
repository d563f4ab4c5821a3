use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::append::{append_frame, append_sign_of_life, sign_of_life};
use crate::accounts::{InFlightGroup, OnLoss, PeerAccounts, QueuedReports};
use crate::lock::lock;
use crate::message::{self, Extension, Parts};

/// The frames that are sent beside messages: signs of life, credit, acknowledgements and reports.
///
/// They take no room from messages, and nobody waits for room for them. The receiver queues what it
/// has to say here, so that it needs no lock of those who send messages.
pub(super) struct ControlQueue {
    state: Mutex<State>,
    /// Whether there are frames. Changed under the lock.
    has_frames: AtomicBool,
    accounts: Arc<PeerAccounts>,
    max_queued_bytes: usize,
    max_frame_bytes: usize,
}

#[derive(Default)]
struct State {
    /// Whether there is a stream to send them on.
    is_open: bool,
    /// Whole frames, one after the other.
    frames: Vec<u8>,
    reports: QueuedReports,
    /// How many messages of this stream the peer was told to have been taken in.
    acknowledged: u64,
}

/// Whether a frame was the first one, so that the writer may be waiting for it.
pub(super) struct Queued {
    pub(super) was_empty: bool,
}

impl ControlQueue {
    pub(super) fn new(
        accounts: &Arc<PeerAccounts>,
        max_queued_bytes: usize,
        max_frame_bytes: usize,
    ) -> Self {
        Self {
            state: Mutex::default(),
            has_frames: AtomicBool::new(false),
            accounts: accounts.clone(),
            max_queued_bytes,
            max_frame_bytes,
        }
    }

    /// Begins with a new stream.
    pub(super) fn open(&self) {
        let mut state = lock(&self.state);
        state.is_open = true;
        state.acknowledged = 0;
    }

    /// Drops all frames, and accepts none until there is a new stream. Returns the reports that are
    /// not sent.
    pub(super) fn close(&self) -> VecDeque<InFlightGroup> {
        let mut state = lock(&self.state);
        state.is_open = false;
        state.frames.clear();
        self.has_frames.store(false, Ordering::Release);
        // An acknowledgement that was dropped is sent again with the last bytes of the stream.
        state.acknowledged = 0;
        mem::take(&mut state.reports).into_groups()
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.has_frames.load(Ordering::Acquire)
    }

    /// Queues a sign of life. Returns `None` if there is no room.
    pub(super) fn push_sign_of_life(&self) -> Option<Queued> {
        let extension = Extension {
            version: self.accounts.peer().version(),
            ..Extension::default()
        };
        let mut state = lock(&self.state);
        let has_room = state.frames.len() < self.max_queued_bytes;
        has_room.then(|| self.push(&mut state, &sign_of_life(&extension)))?
    }

    /// Queues credit, even if there is no room, because the peer would wait for it forever. There are
    /// no more grants than messages of the peer. Without a stream, nothing is queued: grants belong to
    /// one stream.
    pub(super) fn push_owed(&self, parts: &Parts<'_>) -> Option<Queued> {
        self.push(&mut lock(&self.state), parts)
    }

    /// Queues an acknowledgement of what has been taken in, unless the peer knows, even if there is no
    /// room.
    pub(super) fn push_acknowledgement(&self) -> Option<Queued> {
        let mut state = lock(&self.state);
        let count = self.unacknowledged(&state)?;
        let extension = self.acknowledgement(count);
        let queued = self.push(&mut state, &sign_of_life(&extension))?;
        state.acknowledged = count;
        Some(queued)
    }

    /// Queues the report of a failure, if there is room. The peer acknowledges it as it does messages.
    ///
    /// It also acknowledges what has been taken in, including the message that failed. So the sender
    /// of that message hears what became of it, and not a second time that this is not known.
    pub(super) fn push_report(
        &self,
        parts: &Parts<'_>,
        report: Extension<'_>,
        on_loss: OnLoss,
    ) -> Option<Queued> {
        let mut state = lock(&self.state);
        let has_room = self.accounts.has_room_for_report(&state.reports)
            && state.frames.len() < self.max_queued_bytes;
        if parts.onward.is_empty() || !has_room {
            return None;
        }
        let acknowledged = self.unacknowledged(&state);
        let extension = Extension {
            version: self.accounts.peer().version(),
            acknowledged,
            ..report
        };
        let parts = Parts {
            extension: Some(&extension),
            ..*parts
        };
        let queued = self.push(&mut state, &parts)?;
        state.reports.add(on_loss);
        state.acknowledged = acknowledged.unwrap_or(state.acknowledged);
        Some(queued)
    }

    /// Returns the last bytes of a stream, which acknowledge what has not been acknowledged yet.
    pub(super) fn farewell(&self) -> Vec<u8> {
        let mut farewell = Vec::new();
        let mut state = lock(&self.state);
        if let Some(count) = self.unacknowledged(&state) {
            state.acknowledged = count;
            drop(state);
            append_sign_of_life(&mut farewell, &self.acknowledgement(count));
        }
        farewell
    }

    /// Appends all frames to those of the messages. Returns the reports among them.
    pub(super) fn take(&self, frames: &mut Vec<u8>) -> QueuedReports {
        if self.is_empty() {
            return QueuedReports::default();
        }
        let mut state = lock(&self.state);
        self.take_from(&mut state, frames);
        mem::take(&mut state.reports)
    }

    /// As [`take`](Self::take), on a stream that the peer has ended. It still reads, but acknowledges
    /// no reports any more.
    pub(super) fn take_last(&self, frames: &mut Vec<u8>) {
        self.take_from(&mut lock(&self.state), frames);
    }

    fn take_from(&self, state: &mut State, frames: &mut Vec<u8>) {
        frames.append(&mut state.frames);
        self.has_frames.store(false, Ordering::Release);
    }

    fn push(&self, state: &mut State, parts: &Parts<'_>) -> Option<Queued> {
        if !state.is_open {
            return None;
        }
        let was_empty = state.frames.is_empty();
        let write = |frame: &mut Vec<u8>| message::append(frame, parts).map(drop);
        append_frame(&mut state.frames, self.max_frame_bytes, write).ok()?;
        self.has_frames.store(true, Ordering::Release);
        Some(Queued { was_empty })
    }

    /// Returns how many messages have been taken in, if the peer would listen and does not know.
    fn unacknowledged(&self, state: &State) -> Option<u64> {
        let taken_in = self.accounts.taken_in.count();
        let listens = self.accounts.peer().listens_to_acknowledgements();
        (listens && taken_in > state.acknowledged).then_some(taken_in)
    }

    fn acknowledgement(&self, count: u64) -> Extension<'static> {
        Extension {
            version: self.accounts.peer().version(),
            acknowledged: Some(count),
            ..Extension::default()
        }
    }
}
