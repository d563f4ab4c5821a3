use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ockam_core::Route;
use tokio::sync::Notify;

use super::append::{append_frame, append_sign_of_life, sign_of_life};
use crate::accounts::{InFlightGroup, OnLoss, PeerAccounts, QueuedReports};
use crate::lock::lock;
use crate::message::{self, Cancelled, Extension, Parts};
use crate::quota::Share;

/// The frames that are sent beside messages: signs of life, credit, acknowledgements and reports.
///
/// They take no room from messages, and nobody waits for room for them. The receiver queues what it
/// has to say here, so that it needs no lock of those who send messages. Above the bound it receives no
/// more until the peer has taken some: a peer that makes this node say much has to listen.
pub(super) struct ControlQueue {
    state: Mutex<State>,
    /// How many bytes the frames take. Changed under the lock.
    queued_bytes: AtomicUsize,
    /// Whether they are more than there may be. Changed under the lock.
    is_too_much: AtomicBool,
    /// Notifies the reader that the frames have been taken.
    taken: Notify,
    accounts: Arc<PeerAccounts>,
    max_queued_bytes: usize,
    max_frame_bytes: usize,
}

/// The capacity that is kept when the frames have been taken.
const KEPT_BYTES: usize = 4 * 1024;

struct State {
    /// Whether there is a stream to send them on.
    is_open: bool,
    /// What the frames take of that which all connections may queue.
    share: Share,
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
        share: Share,
    ) -> Self {
        let state = State {
            is_open: false,
            share,
            frames: Vec::new(),
            reports: QueuedReports::default(),
            acknowledged: 0,
        };
        Self {
            state: Mutex::new(state),
            is_too_much: AtomicBool::new(false),
            queued_bytes: AtomicUsize::new(0),
            taken: Notify::new(),
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
        state.frames = Vec::new();
        self.note_taken(&mut state);
        // An acknowledgement that was dropped is sent again with the last bytes of the stream.
        state.acknowledged = 0;
        mem::take(&mut state.reports).into_groups()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queued_bytes.load(Ordering::Acquire) == 0
    }

    /// Tells whether so much is owed to the peer that it has to take some before more is received.
    pub(super) fn is_too_much(&self) -> bool {
        self.is_too_much.load(Ordering::Acquire)
    }

    /// Waits while [too much](Self::is_too_much) is owed. Only the reader calls this.
    pub(super) async fn room(&self) {
        while self.is_too_much() {
            self.taken.notified().await;
        }
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

    /// Queues credit, even if there is no room, because the peer would wait for it forever. The peer is
    /// read no further then. Without a stream, nothing is queued: grants belong to
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
        mut report: Extension<'_>,
        on_loss: OnLoss,
    ) -> Option<Queued> {
        let mut state = lock(&self.state);
        let is_crowded = state.frames.len() >= self.max_queued_bytes || state.share.is_too_much();
        if is_crowded {
            // What was reserved has no room for names.
            report.failure.iter_mut().for_each(|it| it.names.clear());
        }
        // For the report of a question, room was reserved.
        let has_room = on_loss == OnLoss::Ignore
            || self.accounts.has_room_for_report(&state.reports)
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

    /// Queues that nobody waits any more for the answer to the question with this way back, if there is room.
    pub(super) fn push_cancelled(&self, back: &Route, why: Cancelled) -> Option<Queued> {
        let extension = Extension {
            version: self.accounts.peer().version(),
            cancelled: Some(why),
            ..Extension::default()
        };
        let parts = Parts {
            return_route: back,
            ..sign_of_life(&extension)
        };
        let mut state = lock(&self.state);
        let has_room = state.frames.len() < self.max_queued_bytes && !state.share.is_too_much();
        has_room.then(|| self.push(&mut state, &parts))?
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
        state.frames.shrink_to(KEPT_BYTES);
        self.note_taken(state);
    }

    fn note_taken(&self, state: &mut State) {
        state.share.set(0);
        self.queued_bytes.store(0, Ordering::Release);
        if self.is_too_much.swap(false, Ordering::AcqRel) {
            self.taken.notify_one();
        }
    }

    fn push(&self, state: &mut State, parts: &Parts<'_>) -> Option<Queued> {
        if !state.is_open {
            return None;
        }
        let was_empty = state.frames.is_empty();
        let write = |frame: &mut Vec<u8>| message::append(frame, parts).map(drop);
        append_frame(&mut state.frames, self.max_frame_bytes, write).ok()?;
        let bytes = state.frames.len();
        state.share.set(bytes);
        self.queued_bytes.store(bytes, Ordering::Release);
        if bytes >= self.max_queued_bytes || state.share.is_too_much() {
            self.is_too_much.store(true, Ordering::Release);
        }
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
