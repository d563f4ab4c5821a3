use std::mem;
use std::ops::Range;
use std::sync::Arc;

use ockam_core::{Address, Arrival, Route};
use ockam_node::transport::{Content, Incoming, Recipient};

use crate::message::Envelope;

/// Messages that follow each other and are the same but for their payloads. What has been found out of
/// the first one holds for those behind it.
///
/// It ends with the frames that have been read. So none of them can have been sent because of what has
/// happened since: an answer to a question that has left, or a message to what is exposed no longer.
#[derive(Default)]
pub(crate) struct Run {
    envelope: Envelope,
    course: Option<Course>,
    /// How many were taken in and are not on account yet.
    pub(super) taken: u32,
}

impl Run {
    /// Begins with a message that has gone such a course.
    pub(super) fn begin(&mut self, frame: &[u8], payload: Range<usize>, course: Course) {
        self.envelope.copy_from(frame, payload);
        self.course = Some(course);
    }

    /// Returns the course of those that follow.
    pub(super) fn course(&self) -> Option<&Course> {
        self.course.as_ref()
    }

    /// Returns the payload of a frame that is of this run.
    #[inline]
    pub(super) fn open<'a>(&self, frame: &'a [u8]) -> Option<&'a [u8]> {
        self.envelope.open(frame)
    }

    /// Ends, and returns what is not on account yet.
    pub(super) fn end(&mut self) -> Option<(Address, u32)> {
        let course = self.course.take()?;
        self.envelope.rest();
        let taken = mem::take(&mut self.taken);
        (taken > 0).then_some((course.to, taken))
    }
}

/// The way that a message has gone, and that one of the same envelope may go.
pub(super) struct Course {
    pub(super) to: Address,
    pub(super) recipient: Recipient,
    pub(super) type_name: Option<String>,
    pub(super) return_route: Route,
    pub(super) arrival: Arc<Arrival>,
}

impl Course {
    pub(super) fn incoming<'a>(&'a self, payload: &'a [u8]) -> Incoming<'a> {
        Incoming {
            content: Content {
                body: payload,
                type_name: self.type_name.as_deref(),
            },
            return_route: &self.return_route,
            arrival: &self.arrival,
        }
    }
}
