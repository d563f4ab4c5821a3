use ockam_body::BodyType;
use ockam_core::{Address, Error};
use ockam_node::transport::{Gateway, OfStream, Outgoing};

use super::SendQueue;
use crate::accounts::{NoRoom, PeerKind, PendingAsk};
use crate::connection::append::append_frame;
use crate::message::{Extension, Label, Parts};

/// A message that was queued.
#[derive(Default)]
pub(in crate::connection) struct Pushed {
    /// Whether it is the first one, so that the writer may be waiting for it.
    pub(in crate::connection) was_empty: bool,
    /// Asks that were removed for it, which are to be dropped without a lock.
    pub(in crate::connection) removed: Vec<PendingAsk>,
}

/// Why a message was not queued.
pub(in crate::connection) enum NotQueued {
    Full,
    /// It is a question, and too many wait for an answer.
    TooManyAsks,
    Failed(Error),
}

impl From<NoRoom> for NotQueued {
    fn from(refused: NoRoom) -> Self {
        match refused {
            NoRoom::ForMessage => Self::Full,
            NoRoom::ForAsk => Self::TooManyAsks,
        }
    }
}

impl SendQueue {
    /// Queues a message, which comes from the connection `origin`, if it is a question from another
    /// node.
    pub(in crate::connection) fn push(
        &mut self,
        address: &Address,
        outgoing: &Outgoing<'_>,
        origin: Option<&Address>,
    ) -> Result<Pushed, NotQueued> {
        if let Some(was_empty) = self.push_in_run(outgoing) {
            let removed = Vec::new();
            return Ok(Pushed { was_empty, removed });
        }
        if !self.phase.is_open() || self.is_finishing {
            return Err(NotQueued::Failed(self.phase.error(address)));
        }
        let peer = self.accounts.peer();
        let body_type = as_understood(peer, outgoing.content.body_type);
        let extension = Extension {
            version: peer.version(),
            type_name: body_type.name,
            shape: body_type.shape,
            deadline: outgoing.return_route.reply_to().map(Gateway::time_left),
            part: match outgoing.stream {
                Some(OfStream::Part(number) | OfStream::Parts(number, _)) => Some(number),
                _ => None,
            },
            bundled: match outgoing.stream {
                Some(OfStream::Parts(_, count)) => Some(count.into()),
                _ => None,
            },
            parts: match outgoing.stream {
                Some(OfStream::End(count)) => Some(count),
                _ => None,
            },
            ..Extension::default()
        };
        let is_understood = peer.may_understand();
        let parts = Parts {
            onward: outgoing.onward,
            return_route: outgoing.return_route,
            payload: outgoing.content.body,
            tracing: outgoing.trace,
            extension: is_understood.then_some(&extension),
        };
        let has_bytes_left = match outgoing.is_answer {
            true => self.has_bytes_left_for_answer(),
            false => self.has_bytes_left(),
        };
        if !has_bytes_left {
            return Err(NotQueued::Full);
        }
        self.begin_run(&parts, origin)
    }

    /// Queues a message that others may follow as a run.
    fn begin_run(
        &mut self,
        parts: &Parts<'_>,
        origin: Option<&Address>,
    ) -> Result<Pushed, NotQueued> {
        // The run before ends, while the encoder still knows its addresses.
        let left = self.accounts().reserve(parts.onward)?;
        let before = self.frames.len();
        let queued = self.append(parts, origin);
        match &queued {
            Ok((_, others_fit)) => {
                let bytes = self.frames.len() - before;
                self.count_queued(before);
                self.accounts.weigh(parts.onward, bytes);
                if *others_fit {
                    self.run.left = left.messages;
                    self.run.left_bytes = left.bytes.saturating_sub_unsigned(bytes as u64);
                }
            }
            Err(_) => self.accounts.cancel(parts.onward),
        }
        queued.map(|(pushed, _)| pushed)
    }

    /// Appends a message and notes it. Tells whether others may follow it as a run.
    fn append(
        &mut self,
        parts: &Parts<'_>,
        origin: Option<&Address>,
    ) -> Result<(Pushed, bool), NotQueued> {
        let length = self.frames.len();
        let (frames, encoder) = (&mut self.frames, &mut self.encoder);
        let mut others_fit = false;
        let write = |frame: &mut Vec<u8>| {
            others_fit = encoder.append(frame, parts)?;
            Ok(())
        };
        append_frame(frames, self.max_frame_bytes, write).map_err(NotQueued::Failed)?;
        let (position, asks) = (self.accounts.queued(), self.accounts.last_ask());
        let noted = self.accounts.note(parts.onward, parts.return_route, origin);
        let removed = noted.inspect_err(|_| self.frames.truncate(length))?;
        let number = self.accounts.last_ask();
        if let (true, Some(to)) = (number != asks, parts.onward.addresses().first()) {
            let frame = length..self.frames.len();
            self.questions.push(frame, position, number, to);
        }
        let pushed = Pushed {
            was_empty: length == 0,
            removed,
        };
        Ok((pushed, others_fit && parts.extension.is_some()))
    }

    /// Queues a message that goes on with a run. Returns whether it is the first one in the queue, or
    /// `None` if it does not go on with the run, or is not to be queued.
    #[inline]
    fn push_in_run(&mut self, outgoing: &Outgoing<'_>) -> Option<bool> {
        let has_credit = self.run.left > 0 && self.run.left_bytes > 0;
        let may_follow = has_credit && self.has_bytes_left();
        let is_open = self.phase.is_open() && !self.is_finishing;
        if !may_follow || !is_open || outgoing.trace.is_some() {
            return None;
        }
        let peer = self.accounts.peer();
        let label = Label {
            onward: outgoing.onward,
            return_route: outgoing.return_route,
            body_type: as_understood(peer, outgoing.content.body_type),
            version: peer.may_understand().then(|| peer.version()),
        };
        if !self.encoder.has(&label) {
            return None;
        }
        let before = self.frames.len();
        let (frames, encoder) = (&mut self.frames, &mut self.encoder);
        let seal = |frame: &mut Vec<u8>| {
            encoder.append_labelled(frame, outgoing.content.body);
            Ok(())
        };
        append_frame(frames, self.max_frame_bytes, seal).ok()?;
        let bytes = self.frames.len() - before;
        self.count_queued(before);
        self.run.unnoted += 1;
        self.run.unnoted_bytes += bytes;
        self.run.left -= 1;
        self.run.left_bytes -= bytes as i64;
        if self.run.left == 0 {
            self.accounts();
        }
        Some(before == 0)
    }
}

/// Returns what a peer understands of a body's type.
#[inline]
fn as_understood(peer: PeerKind, body_type: BodyType<'_>) -> BodyType<'_> {
    BodyType {
        shape: body_type.shape.filter(|_| peer.compares_shapes()),
        ..body_type
    }
}
