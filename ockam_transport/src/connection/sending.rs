use std::collections::VecDeque;
use std::mem;

use ockam_core::{Address, Error, ErrorKind, Result};

use super::askers::Waiting;
use super::credit::Credit;
use super::ledger::Ledger;
use super::returns::{Returns, asker_of};
use super::tally::{Loss, Tally};
use crate::frame;
use crate::message::{self, Encoder, Extension, Parts};

/// What is known of the peer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Peer {
    /// Nothing yet: it has not said a word since the connection was made.
    Unknown,
    /// A node of this framework, which grants credit and acknowledges what it takes in.
    Ours,
    /// It hasn't said that it is of this framework, which it would have done at once.
    Presumed,
    /// A node of upstream Ockam, which knows nothing of credit.
    Upstream,
}

/// How far a connection has come.
pub(super) enum Phase {
    /// There is a stream, or there will be one: messages are queued.
    Open,
    /// There has been none for long, for this reason. There may be one again.
    Down(String),
    /// There will be none, for this reason.
    Closed(String),
}

/// What senders share: the frames to be sent, and who may be sent how much.
pub(super) struct Sending {
    pub(super) phase: Phase,
    pub(super) peer: Peer,
    /// Whether the peer has greeted, on this stream or on one before it.
    pub(super) has_greeted: bool,
    /// Whether nothing more is accepted, because the connection is about to be closed.
    pub(super) is_finishing: bool,
    /// Whether the last task of the connection has ended.
    pub(super) has_ended: bool,
    pub(super) credit: Credit,
    pub(super) returns: Returns,
    /// Whose messages are among the frames, or under way.
    pub(super) ledger: Ledger,
    /// Whether there is a stream.
    pub(super) has_stream: bool,
    /// Whether the peer has greeted on this stream.
    pub(super) is_greeted: bool,
    /// Whether the peer has said all that it will on this stream.
    pub(super) is_parting: bool,
    /// How many messages of this stream the peer was told to have been taken in.
    pub(super) told: u64,
    /// Whole frames, one behind the other.
    frames: Vec<u8>,
    encoder: Encoder,
    /// Frames that take no room from messages: signs of life, credit and reports.
    beside: Vec<u8>,
    /// How many bytes of frames there may be before senders have to wait.
    max_queued: usize,
    max_frame: usize,
}

/// Why a frame was not queued.
pub(super) enum NotQueued {
    Full,
    /// It is a question, and too many wait for an answer.
    Crowded,
    Failed(Error),
}

/// How much of a buffer is kept once batches are short again.
const KEPT: usize = 256 * 1024;

/// A batch of so many bytes is short. One that follows a long one gives the memory of that back; a sign
/// of life is such a batch, if nothing else is.
const SHORT: usize = 4 * 1024;

impl Sending {
    pub(super) fn new(max_queued: usize, max_frame: usize) -> Self {
        Self {
            phase: Phase::Open,
            peer: Peer::Unknown,
            has_greeted: false,
            is_finishing: false,
            has_ended: false,
            credit: Credit::default(),
            returns: Returns::default(),
            ledger: Ledger::default(),
            has_stream: false,
            is_greeted: false,
            is_parting: false,
            told: 0,
            frames: Vec::new(),
            encoder: Encoder::default(),
            beside: Vec::new(),
            max_queued,
            max_frame,
        }
    }

    /// Queues a message, and returns whether the writer may be waiting for it, and what is to be
    /// dropped behind the lock. Of a question it is said from which connection it comes, if from any.
    pub(super) fn queue(
        &mut self,
        address: &Address,
        parts: &Parts<'_>,
        origin: Option<&Address>,
    ) -> Result<(bool, Vec<Waiting>), NotQueued> {
        self.check_open(address).map_err(NotQueued::Failed)?;
        if !self.has_room(parts.onward) {
            return Err(NotQueued::Full);
        }
        let is_question = asker_of(parts.return_route).is_some();
        if is_question && !self.returns.askers.have_room(origin) {
            return Err(NotQueued::Crowded);
        }
        let was_empty = self.is_empty();
        let told = self.peer != Peer::Upstream;
        let (frames, encoder) = (&mut self.frames, &mut self.encoder);
        append(frames, encoder, parts, told, self.max_frame).map_err(NotQueued::Failed)?;
        if let (Some(to), true) = (debtor(parts.onward), told) {
            self.credit.spend(to);
        }
        let is_answer = is_answer(parts.onward);
        // An asker hears of a loss as of whatever else ends an ask, and so does the one whom an answer
        // does not reach.
        let is_told = !is_answer && !is_question;
        self.ledger.add(parts.onward, parts.return_route, is_told);
        // An answer is not to be answered in turn: its sender is not to be reached by it.
        let forgotten = match is_answer {
            true => Vec::new(),
            false => self.returns.note(parts.onward, parts.return_route, origin),
        };
        Ok((was_empty, forgotten))
    }

    /// Queues what takes no room from messages, as a sign of life does. Returns whether the writer
    /// may be waiting for it; `None` if it isn't queued.
    pub(super) fn queue_beside(&mut self, parts: &Parts<'_>) -> Option<bool> {
        // A peer that reads nothing gets nothing else, either.
        let has_room = self.beside.len() < self.max_queued;
        has_room.then(|| self.queue_owed(parts)).flatten()
    }

    /// As [`queue_beside`](Self::queue_beside), for the report of a failure, which the peer acknowledges
    /// as it does messages.
    pub(super) fn queue_report(&mut self, parts: &Parts<'_>, loss: Loss) -> Option<bool> {
        if parts.onward.is_empty() || !self.ledger.has_room_for_report() {
            return None;
        }
        let queued = self.queue_beside(parts)?;
        self.ledger.add_report(loss);
        Some(queued)
    }

    /// As [`queue_beside`](Self::queue_beside), for credit and acknowledgements, which are never lost: the
    /// peer would wait for them for ever. There are no more of them than it has sent messages. They
    /// concern one stream: without any, there is nobody to be told.
    pub(super) fn queue_owed(&mut self, parts: &Parts<'_>) -> Option<bool> {
        if !self.is_open() || !self.has_stream {
            return None;
        }
        let was_empty = self.is_empty();
        let told = self.peer != Peer::Upstream;
        let (beside, encoder) = (&mut self.beside, &mut self.encoder);
        append(beside, encoder, parts, told, self.max_frame).ok()?;
        Some(was_empty)
    }

    /// Tells whether there is room for a message to `onward`.
    pub(super) fn has_room(&self, onward: &[Address]) -> bool {
        let has_credit = || debtor(onward).is_none_or(|to| self.credit.allows(to));
        let may_be_sent = || !self.acknowledges() || (!self.ledger.is_full() && has_credit());
        self.frames.len() < self.max_queued && may_be_sent()
    }

    /// Tells whether the peer is one that grants credit and acknowledges, as far as is known.
    pub(super) fn acknowledges(&self) -> bool {
        matches!(self.peer, Peer::Unknown | Peer::Ours)
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed(_))
    }

    pub(super) fn check_open(&self, address: &Address) -> Result<()> {
        let (kind, what, why) = match &self.phase {
            Phase::Open if !self.is_finishing => return Ok(()),
            Phase::Open => (ErrorKind::Stopped, "is closed", "by this node"),
            Phase::Down(why) => (ErrorKind::NoRoute, "is not connected", why.as_str()),
            Phase::Closed(why) => (ErrorKind::Stopped, "is closed", why.as_str()),
        };
        Err(Error::new(
            kind,
            format!("the connection {address} {what}: {why}"),
        ))
    }

    /// Exchanges the queued frames with an empty buffer, because the stream has taken the last ones.
    /// Returns whether there are any.
    pub(super) fn take(&mut self, empty: &mut Vec<u8>) -> bool {
        empty.clear();
        self.ledger.write();
        if !self.acknowledges() {
            self.ledger.settle_written();
        }
        if self.is_parting {
            // Messages wait for the next stream. What is said beside them is of this one: the peer reads it
            // still, and has nothing more to say to it.
            mem::swap(&mut self.beside, empty);
            return !empty.is_empty();
        }
        if self.is_empty() {
            return false;
        }
        self.ledger.give();
        self.returns.askers.note_sent();
        self.frames.append(&mut self.beside);
        if self.frames.len() <= SHORT {
            empty.shrink_to(KEPT);
        }
        mem::swap(&mut self.frames, empty);
        true
    }

    /// Forgets the stream. Returns the messages of which nobody knows whether they have arrived.
    pub(super) fn take_doubtful(&mut self) -> VecDeque<Tally> {
        self.has_stream = false;
        self.beside.clear();
        if !self.acknowledges() {
            self.ledger.settle_written();
        }
        self.ledger.take_under_way()
    }

    /// Forgets what is queued. Returns the messages that are not sent.
    pub(super) fn take_queued(&mut self) -> VecDeque<Tally> {
        self.beside.clear();
        // What was acknowledged there is acknowledged again by the last bytes of the stream.
        self.told = 0;
        self.frames = Vec::new();
        self.ledger.take_queued()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty() && self.beside.is_empty()
    }
}

/// Appends a frame, with what only nodes of this framework are `told`.
fn append(
    frames: &mut Vec<u8>,
    encoder: &mut Encoder,
    parts: &Parts<'_>,
    told: bool,
    limit: usize,
) -> Result<()> {
    let extension = parts.extension.filter(|_| told);
    let parts = Parts {
        extension,
        ..*parts
    };
    let appended = frame::append(frames, |frames| {
        let start = frames.len();
        encoder.append(frames, &parts)?;
        match frames.len() - start {
            length if length > limit => Err(frame::Error::TooLong { length, limit }.into()),
            _ => Ok(()),
        }
    });
    appended.map_err(|error: Error| unsendable(&error))
}

/// Says that a message can't be sent because of what it is.
#[cold]
fn unsendable(error: &Error) -> Error {
    let why = format!("the message can't be sent: {error}");
    Error::new(ErrorKind::InvalidInput, why)
}

/// Tells whether a message is for somebody who has asked.
fn is_answer(onward: &[Address]) -> bool {
    onward.last().is_some_and(|to| to.replier().is_some())
}

/// Returns the worker of the peer on whose account a message goes. An answer goes on nobody's: it was
/// asked for.
fn debtor(onward: &[Address]) -> Option<&Address> {
    onward.first().filter(|to| to.replier().is_none())
}

/// Appends a frame in which the peer itself is told something short, whatever else is queued.
pub(super) fn append_sign_of_life(frames: &mut Vec<u8>, extension: &Extension<'_>) {
    let appended = frame::append::<Error>(frames, |frame| {
        message::append(frame, &sign_of_life(extension))?;
        Ok(())
    });
    appended.expect("it is shorter than any limit");
}

/// Says nothing but that this node understands extensions: the greeting, and the sign of life.
pub(super) fn sign_of_life<'a>(extension: &'a Extension<'a>) -> Parts<'a> {
    Parts {
        extension: Some(extension),
        ..Parts::default()
    }
}

#[cfg(test)]
mod tests {
    use ockam_core::route;

    use super::*;

    #[test]
    fn a_peer_that_parts_is_told_what_concerns_this_stream_and_sent_no_more_messages() {
        let mut sending = Sending::new(1_000, 1_000);
        sending.has_stream = true;
        sending.peer = Peer::Ours;
        let (onward, return_route) = (route!["x"], route!["a"]);
        let message = Parts {
            onward: onward.as_slice(),
            return_route: &return_route,
            ..Parts::default()
        };
        assert!(sending.queue(&"link".into(), &message, None).is_ok());
        let extension = Extension::default();
        let mut told = Vec::new();
        append_sign_of_life(&mut told, &extension);
        assert!(sending.queue_beside(&sign_of_life(&extension)).is_some());

        sending.is_parting = true;
        let mut taken = Vec::new();
        assert!(sending.take(&mut taken));
        assert_eq!(taken, told);
        assert!(!sending.take(&mut taken));
        assert_eq!(sending.take_doubtful().len(), 0);
        assert_eq!(sending.take_queued().len(), 1);
    }

    #[test]
    fn what_is_not_acknowledged_because_the_connection_is_closed_is_so_in_the_end() {
        let mut sending = Sending::new(1_000, 1_000);
        sending.has_stream = true;
        sending.peer = Peer::Ours;
        let extension = Extension {
            acknowledged: Some(7),
            ..Extension::default()
        };
        assert!(sending.queue_owed(&sign_of_life(&extension)).is_some());
        sending.told = 7;
        assert!(sending.take_queued().is_empty());
        assert_eq!(sending.told, 0, "the peer has not read it");
    }
}
