//! The way of a message from the router to the writer of a stream.

use std::future::Future;
use std::pin::Pin;

use ockam_core::{Address, Error, ErrorKind};
use ockam_node::transport::{Link, Parcel, Report, Unsent};

use super::sending::{NotQueued, append_sign_of_life, sign_of_life};
use super::shared::Shared;
use crate::frame::VERSION;
use crate::message::{Extension, Failure, Grant, Parts};

impl Link for Shared {
    fn try_send(&self, parcel: &Parcel<'_>) -> Result<(), Unsent> {
        if parcel.onward.is_empty() {
            let why = format!("the route ends at the connection to {}", self.peer);
            return Err(Unsent::Refused(Error::new(ErrorKind::NoRoute, why)));
        }
        self.try_queue(parcel)
    }

    fn room<'a>(&'a self, onward: &'a [Address]) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(self.until(|sending| sending.has_room(onward) || !sending.is_open()))
    }

    fn report(&self, onward: &[Address], report: &Report<'_>) -> bool {
        if !self.is_ours() {
            // It would take the report for an empty message.
            let why = "it can't be told that its message failed";
            self.note_lost(&Error::new(report.kind, why));
            return true;
        }
        let is_sent = self.send_report(onward, report);
        if !is_sent {
            tracing::debug!(peer = self.peer, "a report was not sent: {}", report.kind);
        }
        is_sent
    }
}

impl Shared {
    fn try_queue(&self, parcel: &Parcel<'_>) -> Result<(), Unsent> {
        let queued = self.lock().queue(&self.address, parcel);
        match queued {
            Ok((was_empty, forgotten)) => {
                if was_empty {
                    self.work.notify_one();
                }
                drop(forgotten);
                Ok(())
            }
            Err(NotQueued::Full) => Err(Unsent::Full),
            Err(NotQueued::Failed(error)) => Err(Unsent::Refused(error)),
        }
    }

    /// Returns the first bytes of a stream: the version, and that this node is one of this framework.
    pub(crate) fn greeting(&self) -> Vec<u8> {
        let mut greeting = vec![VERSION];
        append_sign_of_life(&mut greeting, &Extension::default());
        greeting
    }

    /// Exchanges an empty buffer with the frames that are queued, and waits for some if there are none.
    /// Returns `false` if the connection is closed and nothing is queued, or the peer is parting.
    ///
    /// # Cancel safety
    ///
    /// Dropped while it waits, it has taken nothing.
    pub(crate) async fn take_frames(&self, buffer: &mut Vec<u8>) -> bool {
        loop {
            let (taken, is_over) = self.try_take_frames(buffer);
            if taken || is_over {
                return taken;
            }
            self.work.notified().await;
        }
    }

    /// Takes the frames that are queued. Tells whether there are any, and whether there will be no more
    /// for this stream.
    fn try_take_frames(&self, buffer: &mut Vec<u8>) -> (bool, bool) {
        let mut sending = self.lock();
        let taken = sending.take(buffer);
        let is_over = sending.is_closed() || sending.is_parting;
        drop(sending);
        if taken {
            self.changed.notify_waiters();
        }
        (taken, is_over)
    }

    /// Says that this node is one of this framework and alive.
    pub(crate) fn send_sign_of_life(&self) {
        self.send_beside(&sign_of_life(&Extension::default()));
    }

    /// Lets the peer send more.
    pub(super) fn grant(&self, grants: &[Grant]) {
        let extension = Extension {
            grants: grants.to_vec(),
            ..Extension::default()
        };
        let queued = self.lock().queue_owed(&sign_of_life(&extension));
        self.note_queued(queued);
    }

    /// Sends the report of a failure, if the peer understands it. Tells whether it is queued.
    pub(super) fn send_report(&self, onward: &[Address], report: &Report<'_>) -> bool {
        let extension = Extension {
            failure: Some(Failure {
                kind: report.kind,
                id: report.id,
                names: report.names.clone(),
            }),
            ..Extension::default()
        };
        self.send_beside(&Parts {
            onward,
            extension: Some(&extension),
            ..Parts::default()
        })
    }

    /// Sends what takes no room from messages. Tells whether it is queued.
    fn send_beside(&self, parts: &Parts<'_>) -> bool {
        let queued = self.lock().queue_beside(parts);
        self.note_queued(queued)
    }

    /// Wakes the writer if it may be waiting for what was queued. Tells whether it was.
    pub(super) fn note_queued(&self, queued: Option<bool>) -> bool {
        if queued == Some(true) {
            self.work.notify_one();
        }
        queued.is_some()
    }
}
