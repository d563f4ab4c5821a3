mod queue;

use std::collections::VecDeque;
use std::mem;

use ockam_core::{Address, Error, ErrorKind, Result};

use super::books::Books;
use super::tally::Tally;
use crate::frame;
use crate::message::{self, Encoder, Extension, Parts};

pub(super) use queue::NotQueued;

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
    books: Books,
    run: Run,
    /// Frames that take no room from messages: signs of life, credit and reports.
    beside: Vec<u8>,
    /// How many bytes of frames there may be before senders have to wait.
    max_queued: usize,
    max_frame: usize,
}

/// Messages that are the same as the last one in the books but for their bodies.
#[derive(Default)]
struct Run {
    /// How many are not in the books yet: they are noted together, before anybody looks.
    unnoted: u32,
    /// How many more there may be. Once there are none, all are in the books.
    left: u32,
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
            has_stream: false,
            is_greeted: false,
            is_parting: false,
            told: 0,
            frames: Vec::new(),
            encoder: Encoder::default(),
            books: Books::default(),
            run: Run::default(),
            beside: Vec::new(),
            max_queued,
            max_frame,
        }
    }

    /// Tells whether the peer may understand what only nodes of this framework tell each other.
    fn is_understood(&self) -> bool {
        self.peer != Peer::Upstream
    }

    /// Tells whether there is room for a message to `onward`.
    pub(super) fn has_room(&self, onward: &[Address]) -> bool {
        self.frames.len() < self.max_queued && (!self.acknowledges() || self.books.allow(onward))
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
        let acknowledges = self.acknowledges();
        let ledger = &mut self.books().ledger;
        ledger.write();
        if !acknowledges {
            ledger.settle_written();
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
        let books = self.books();
        books.ledger.give();
        books.returns.askers.note_sent();
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
        let acknowledges = self.acknowledges();
        let ledger = &mut self.books().ledger;
        if !acknowledges {
            ledger.settle_written();
        }
        ledger.take_under_way()
    }

    /// Forgets what is queued. Returns the messages that are not sent.
    pub(super) fn take_queued(&mut self) -> VecDeque<Tally> {
        self.beside.clear();
        // What was acknowledged there is acknowledged again by the last bytes of the stream.
        self.told = 0;
        self.frames = Vec::new();
        self.books().ledger.take_queued()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty() && self.beside.is_empty()
    }
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
    use ockam_node::transport::{Content, Parcel};

    use super::*;

    #[test]
    fn a_peer_that_parts_is_told_what_concerns_this_stream_and_sent_no_more_messages() {
        let mut sending = Sending::new(1_000, 1_000);
        sending.has_stream = true;
        sending.peer = Peer::Ours;
        let (onward, return_route) = (route!["x"], route!["a"]);
        let message = Parcel {
            onward: onward.as_slice(),
            return_route: &return_route,
            content: Content {
                body: &[],
                type_name: None,
            },
            trace: None,
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
