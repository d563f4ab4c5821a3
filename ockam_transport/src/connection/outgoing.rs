//! The way of a message from the router to the writer of a stream.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use ockam_core::parts::PartSource;
use ockam_core::reply::Holder;
use ockam_core::{Address, Error, ErrorKind, Hops, Result, Route};
use ockam_node::ConnectionReport;
use ockam_node::transport::{Credits, Link, Outgoing, Report, SendError, Watch};

use super::append::append_sign_of_life;
use super::inner::Inner;
use super::send_parts::{Sending, send_parts};
use super::send_queue::{Awaited, NotQueued, Pushed};
use crate::frame::VERSION;
use crate::log::log;
use crate::message::Extension;
use crate::spawn::spawn;

#[async_trait]
impl Link for Inner {
    fn try_send(&self, outgoing: &Outgoing<'_>) -> Result<(), SendError<()>> {
        if outgoing.onward.is_empty() {
            let peer = &self.inbound.peer;
            let why = format!("the route ends at the connection to {peer}");
            return Err(SendError::Failed((), Error::new(ErrorKind::NoRoute, why)));
        }
        self.try_queue(outgoing)
    }

    fn try_begin(
        &self,
        begin: &Outgoing<'_>,
        take_parts: &mut dyn FnMut() -> Option<Box<dyn PartSource>>,
    ) -> Result<(), SendError<()>> {
        self.begin_answer(begin, take_parts)
    }

    fn report_state(&self) -> Option<ConnectionReport> {
        Some(self.report_of_now())
    }

    async fn room(&self, onward: Hops<'_>) {
        let waiting = &self.inbound.waiting;
        loop {
            // Made before the look, so that what happens in between is not missed.
            let room = waiting.queue().notified();
            match self.awaited(onward) {
                None => break,
                Some(Awaited::Queue) => room.await,
                Some(Awaited::Credit(to)) => self.credit(onward, to).await,
            }
        }
        waiting.queue().notify_one();
    }

    fn report(&self, onward: Hops<'_>, report: &Report<'_>) -> bool {
        let inbound = &self.inbound;
        if !inbound.accounts.is_ours() {
            // It would take the report for an empty message.
            let why = "it can't be told that its message failed";
            inbound.note_lost(1, &Error::new(report.kind, why));
            return true;
        }
        let is_sent = inbound.send_report(onward, report);
        if !is_sent {
            let peer = &inbound.peer;
            log(|| tracing::debug!(peer, "a report was not sent: {}", report.kind));
        }
        is_sent
    }

    fn is_private(&self) -> bool {
        // Whoever sends by it speaks to the peer in the name of this node's identity.
        self.inbound.is_proved()
    }

    fn check_streams(&self) -> Result<()> {
        match self.inbound.accounts.peer().streams() {
            true => Ok(()),
            false => {
                let peer = &self.inbound.peer;
                let why = format!(
                    "{peer} knows no answers that go on: it is a node of upstream, or older"
                );
                Err(Error::new(ErrorKind::InvalidInput, why))
            }
        }
    }

    fn begin_relay(&self, asker: &Address, from: Weak<dyn Credits>) -> bool {
        let is_open = self.check_streams().is_ok();
        is_open && self.inbound.streams.begin_going(asker, Some(from)).is_ok()
    }

    fn end_relay(&self, asker: &Address) {
        self.inbound.streams.end_going(asker);
    }

    fn check_monitors(&self) -> Result<()> {
        self.inbound.check_monitors()
    }

    fn monitor(&self, number: u64, address: &Address, watch: Arc<dyn Watch>) {
        self.inbound.monitor(number, address, watch);
    }

    fn end_monitor(&self, number: u64) -> bool {
        self.inbound.end_monitor(number)
    }
}

impl Inner {
    /// Returns what a message has to wait for, if anything.
    fn awaited<'a>(&self, onward: Hops<'a>) -> Option<Awaited<'a>> {
        let mut queue = self.lock();
        match queue.phase.is_open() {
            true => queue.awaited(onward),
            false => None,
        }
    }

    /// Waits until there may be credit for a worker.
    async fn credit(&self, onward: Hops<'_>, to: &Address) {
        let line = self.inbound.waiting.enter(to);
        let granted = line.notified();
        // A grant may have come before there was a line.
        if let Some(Awaited::Credit(_)) = self.awaited(onward) {
            granted.await;
        }
        // Whoever is next goes on as well, if there is still credit when its turn comes.
        if !matches!(self.awaited(onward), Some(Awaited::Credit(_))) {
            line.notify_one();
        }
    }

    /// Begins an answer that goes on: queues its first message, and starts the task that sends the rest.
    fn begin_answer(
        &self,
        outgoing: &Outgoing<'_>,
        take_parts: &mut dyn FnMut() -> Option<Box<dyn PartSource>>,
    ) -> Result<(), SendError<()>> {
        let failed = |error| SendError::Failed((), error);
        let Some(asker) = outgoing.onward.reply_to() else {
            let why = "an answer that goes on leaves this node only as the answer to a question";
            return Err(failed(Error::new(ErrorKind::InvalidInput, why)));
        };
        self.check_streams().map_err(failed)?;
        let (inbound, name) = (&self.inbound, asker.address());
        // Before it leaves, so that the credit for it finds it.
        let going = inbound.streams.begin_going(name, None).map_err(failed)?;
        if let Err(refused) = self.try_queue(outgoing) {
            inbound.streams.end_going(name);
            return Err(refused);
        }
        let sending = Sending {
            connection: self.this(),
            going,
            asker: asker.clone(),
            onward: outgoing.onward.to_route(),
        };
        if let Some(parts) = take_parts() {
            spawn(&inbound.gateway, send_parts(sending, parts));
        }
        Ok(())
    }

    fn try_queue(&self, outgoing: &Outgoing<'_>) -> Result<(), SendError<()>> {
        let origin = self.origin_of(outgoing.return_route);
        let address = &self.inbound.address;
        let push = || self.lock().push(address, outgoing, origin.as_ref());
        let pushed = match push() {
            Err(NotQueued::TooManyAsks) if self.forget_ended_asks() => push(),
            pushed => pushed,
        };
        match pushed {
            Ok(Pushed { was_empty, removed }) => {
                if was_empty {
                    self.inbound.frames.notify_one();
                }
                drop(removed);
                self.hold(outgoing);
                Ok(())
            }
            Err(NotQueued::Full) => Err(SendError::Full(())),
            Err(NotQueued::TooManyAsks) => {
                let why = "too many questions wait for an answer by this connection";
                Err(SendError::Failed(
                    (),
                    Error::new(ErrorKind::MailboxFull, why),
                ))
            }
            Err(NotQueued::Failed(error)) => Err(SendError::Failed((), error)),
        }
    }

    /// Makes sure that the peer is told when nobody waits any more for the answer to a question.
    fn hold(&self, outgoing: &Outgoing<'_>) {
        let is_answer = outgoing.onward.reply_to().is_some();
        let Some(asker) = outgoing.return_route.reply_to().filter(|_| !is_answer) else {
            return;
        };
        let inbound: Arc<dyn Holder> = self.inbound.clone();
        if !asker.hold(Arc::downgrade(&inbound)) {
            inbound.abandoned(asker.address());
        }
    }

    /// Returns the connection that a question has come to this node by, even if it is gone by now, or
    /// `None` if this node asks. Workers that have passed the question on stand before it on the way
    /// back; the peer chooses what stands behind it.
    fn origin_of(&self, return_route: &Route) -> Option<Address> {
        return_route.reply_to()?;
        let is_worker = |by: &&Address| self.inbound.gateway.is_worker(by);
        return_route.iter().find(|by| !is_worker(by)).cloned()
    }

    #[cold]
    fn forget_ended_asks(&self) -> bool {
        let inbound = &self.inbound;
        let is_gone = |origin: &Address| inbound.gateway.link(origin).is_none();
        inbound.accounts.forget_ended_asks(is_gone)
    }

    /// Returns the first bytes of a stream: the version, and that this node is one of this framework.
    pub(crate) fn greeting(&self) -> Vec<u8> {
        let mut greeting = vec![VERSION];
        append_sign_of_life(&mut greeting, &Extension::default());
        greeting
    }

    /// Returns the last bytes of a stream, in which the peer is told what it has not been told yet.
    pub(crate) fn farewell(&self) -> Vec<u8> {
        self.inbound.control.farewell()
    }

    /// Swaps an empty buffer with the frames that are queued, and waits for some if there are none.
    /// Returns `false` if the connection is closed and nothing is queued, or if the peer has ended its
    /// half of the stream.
    ///
    /// # Cancel safety
    ///
    /// Dropped while it waits, it has taken nothing.
    pub(crate) async fn take_frames(&self, buffer: &mut Vec<u8>) -> bool {
        loop {
            let (is_taken, is_over) = self.try_take_frames(buffer);
            if is_taken || is_over {
                return is_taken;
            }
            self.inbound.frames.notified().await;
        }
    }

    /// Takes the frames that are queued. Tells whether there are any, and whether there will be no more
    /// for this stream.
    fn try_take_frames(&self, buffer: &mut Vec<u8>) -> (bool, bool) {
        let mut queue = self.lock();
        // What has been written is no longer counted, so there may be room although nothing is taken.
        let was_writing = queue.is_writing();
        let is_taken = queue.take(buffer, &self.inbound.control);
        let is_over = queue.phase.is_closed() || queue.is_parting;
        drop(queue);
        if is_taken || was_writing {
            self.inbound.changed.notify_waiters();
            self.inbound.waiting.queue().notify_one();
        }
        (is_taken, is_over)
    }

    /// Says that this node is one of this framework and alive.
    pub(crate) fn send_sign_of_life(&self) {
        let queued = self.inbound.control.push_sign_of_life();
        self.inbound.note_queued(queued);
    }

    /// Takes a peer that has not said anything for a while to be one of upstream.
    pub(crate) fn presume_upstream(&self) {
        if self.inbound.accounts.presume_upstream() {
            self.inbound.note_changed();
        }
    }

    /// Tells whether the peer is a node of this framework.
    pub(crate) fn is_ours(&self) -> bool {
        self.inbound.accounts.is_ours()
    }

    /// Returns how many messages the peer has acknowledged, if senders wait for it to acknowledge more.
    pub(crate) fn awaited_acknowledgement(&self) -> Option<u64> {
        self.lock().awaited_acknowledgement()
    }
}
