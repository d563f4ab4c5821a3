//! The way of a message from the router to the writer of a stream.

use std::future::Future;
use std::pin::Pin;

use ockam_core::{Address, Error, ErrorKind, Route};
use ockam_node::transport::{Link, Parcel, Report, Unsent};

use super::returns::asker_of;
use super::sending::{NotQueued, Sending, append_sign_of_life, sign_of_life};
use super::shared::Shared;
use super::tally::Loss;
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
        Box::pin(async {
            let has_room = |sending: &Sending| sending.has_room(onward) || !sending.is_open();
            self.until(&has_room).await;
        })
    }

    fn report(&self, onward: &[Address], report: &Report<'_>) -> bool {
        if !self.is_ours() {
            // It would take the report for an empty message.
            let why = "it can't be told that its message failed";
            self.note_lost(1, &Error::new(report.kind, why));
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
        let origin = self.origin_of(parcel.return_route);
        let queue = || self.lock().queue(&self.address, parcel, origin.as_ref());
        let queued = match queue() {
            Err(NotQueued::Crowded) if self.forget_askers() => queue(),
            queued => queued,
        };
        match queued {
            Ok((was_empty, forgotten)) => {
                if was_empty {
                    self.work.notify_one();
                }
                drop(forgotten);
                Ok(())
            }
            Err(NotQueued::Full) => Err(Unsent::Full),
            Err(NotQueued::Crowded) => {
                let why = "too many questions wait for an answer by this connection";
                Err(Unsent::Refused(Error::new(ErrorKind::MailboxFull, why)))
            }
            Err(NotQueued::Failed(error)) => Err(Unsent::Refused(error)),
        }
    }

    /// Returns the connection by which a question has come to this node, also if it is gone by now; `None`
    /// if this node asks. Workers that have passed it on stand before it on the way back; what stands
    /// behind it is for the peer to choose.
    fn origin_of(&self, return_route: &Route) -> Option<Address> {
        asker_of(return_route)?;
        let (_, by) = return_route.as_slice().split_last()?;
        by.iter().find(|by| !self.gateway.is_worker(by)).cloned()
    }

    /// Forgets those who wait no longer for an answer, unless that was tried just before. Tells whether
    /// there were any.
    #[cold]
    fn forget_askers(&self) -> bool {
        let Some(origins) = self.lock().books().returns.askers.look() else {
            return false;
        };
        let gone = origins
            .into_iter()
            .filter(|origin| self.gateway.link(origin).is_none());
        let gone = gone.map(|origin| (origin, ())).collect();
        let forgotten = self.lock().books().returns.askers.take_ended(&gone);
        !forgotten.is_empty()
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
        let extension = Extension::default();
        let queued = self.lock().queue_beside(&sign_of_life(&extension));
        self.note_queued(queued);
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
    ///
    /// It says as well what has been taken in, the message that failed included: whoever has sent that hears
    /// what became of it, and not a second time that it is not known.
    pub(super) fn send_report(&self, onward: &[Address], report: &Report<'_>) -> bool {
        let loss = match report.is_of_question {
            true => Loss::Known,
            false => Loss::Counted,
        };
        let mut sending = self.lock();
        let acknowledged = self.unacknowledged(&sending);
        let extension = Extension {
            failure: Some(Failure {
                kind: report.kind,
                id: report.id,
                names: report.names.clone(),
            }),
            acknowledged,
            ..Extension::default()
        };
        let parts = Parts {
            onward,
            extension: Some(&extension),
            ..Parts::default()
        };
        let queued = sending.queue_report(&parts, loss);
        if let (Some(_), Some(count)) = (queued, acknowledged) {
            sending.told = count;
        }
        drop(sending);
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
