use std::mem;
use std::ops::Range;
use std::sync::Arc;

use ockam_body::BodyType;
use ockam_core::headers::{ExtendedHeaders, Source};
use ockam_core::{Address, Route};
use ockam_node::transport::{Content, Incoming, Recipient, Weigh};

use crate::message::Envelope;

/// Messages that follow each other and differ in their payloads only. The target of the first one is
/// that of all others.
///
/// A run ends with the frames that have been read. So none of its messages can have been sent because
/// of what has happened since: an answer to a question that has left, or a message to what is no longer
/// exposed.
#[derive(Default)]
pub(crate) struct ReceivedRun {
    envelope: Envelope,
    target: Option<Target>,
    /// For how many messages the peer has not been credited yet.
    pub(super) taken: u32,
    /// How many bytes their frames had.
    taken_bytes: usize,
    /// For how many bytes of these the peer is credited when they have been handled.
    pub(super) weighed_bytes: usize,
}

impl ReceivedRun {
    /// Begins with a message that has gone to this target.
    pub(super) fn begin(&mut self, frame: &[u8], payload: Range<usize>, target: Target) {
        self.envelope.copy_from(frame, payload);
        self.target = Some(target);
    }

    /// Returns the target of those that follow.
    pub(super) fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// Returns the payload of a frame that goes on with this run.
    #[inline]
    pub(super) fn open<'a>(&self, frame: &'a [u8]) -> Option<&'a [u8]> {
        self.envelope.open(frame)
    }

    /// Notes how many bytes the frames had that have gone on with this run.
    pub(crate) fn add_bytes(&mut self, bytes: usize) {
        self.taken_bytes += bytes;
    }

    /// Ends the run. Returns for how many messages and bytes to which worker the peer is to be credited.
    pub(super) fn end(&mut self) -> Option<(Address, u32, usize)> {
        let target = self.target.take()?;
        self.envelope.rest();
        let (taken, bytes) = (mem::take(&mut self.taken), mem::take(&mut self.taken_bytes));
        let bytes = bytes - mem::take(&mut self.weighed_bytes);
        (taken > 0 || bytes > 0).then_some((target.to, taken, bytes))
    }
}

/// Where a message has gone, and where one with the same envelope may go.
pub(super) struct Target {
    pub(super) to: Address,
    pub(super) recipient: Recipient,
    pub(super) type_name: Option<String>,
    pub(super) shape: Option<u64>,
    pub(super) return_route: Route,
    pub(super) headers: Arc<ExtendedHeaders>,
    pub(super) source: Source,
}

impl Target {
    pub(super) fn incoming<'a>(
        &'a self,
        payload: &'a [u8],
        weigh: Option<&'a dyn Weigh>,
    ) -> Incoming<'a> {
        Incoming {
            weigh,
            source: self.source,
            content: Content {
                body: payload,
                body_type: BodyType {
                    name: self.type_name.as_deref(),
                    shape: self.shape,
                },
            },
            return_route: &self.return_route,
            headers: &self.headers,
        }
    }
}
