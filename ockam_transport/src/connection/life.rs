//! How a connection begins with a stream, loses it, and ends.
//!
//! ```text
//!  guard ─▶ open ──stream lost──▶ open, messages wait ──no stream for long──▶ down
//!               │ ▲                           │                                   │
//!               │ └───────────────────────── a new stream ◀───────────────────────┘
//!               └─ closed: the address is free, what is queued is undelivered ─▶ ended
//! ```

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ockam_core::ErrorKind;

use super::inner::Inner;
use super::phase::Phase;
use crate::accounts::fail_all;
use crate::clock::{sleep, timeout};
use crate::spawn::spawn;

/// How often questions that nobody waits for any more are withdrawn, while a connection that is to be closed
/// waits until what is queued has been sent.
const WITHDRAW_EVERY: Duration = Duration::from_millis(100);

/// How long a side that has closed waits for the other one to close, if the other one is not known to
/// do so.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);

/// Ends a connection when its task ends, however that comes. So whoever waits for it survives a panic.
pub(crate) struct EndOnDrop(pub(crate) Arc<Inner>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        // This does nothing if the connection is closed, as it is when the task has come to its end.
        match thread::panicking() {
            true => self.0.close(ErrorKind::Other, "its task panicked"),
            false => self.0.close(ErrorKind::Stopped, "the node has ended"),
        }
        self.0.end();
    }
}

impl Inner {
    /// Begins with a new stream, whose peer is not known yet.
    pub(crate) fn connected(&self) {
        let inbound = &self.inbound;
        let mut queue = self.lock();
        if let Phase::Down(..) = queue.phase {
            queue.phase = Phase::Open;
        }
        let ended = queue.withdraw_ended();
        queue.restart();
        inbound.accounts.restart(inbound.is_greeted());
        inbound.reset_greeting();
        if queue.phase.is_open() {
            inbound.control.open();
        }
        drop(queue);
        drop(ended);
        inbound.note_changed();
    }

    /// Waits until the peer has greeted on this stream, or the connection is closed.
    pub(crate) async fn greeted_again(&self) {
        self.until(&|inner| inner.inbound.is_greeted() || inner.is_closed())
            .await;
    }

    /// Waits for the first greeting of the peer. Fails with the reason if the connection is closed
    /// before it.
    pub(crate) async fn greeting_received(&self) -> Result<(), String> {
        self.until(&|inner| inner.inbound.has_greeted() || inner.is_closed())
            .await;
        match &self.lock().phase {
            Phase::Closed(why) => Err(why.clone()),
            Phase::Open | Phase::Down(..) => Ok(()),
        }
    }

    /// Notes that the peer has ended its half of the stream, and is sent no more messages. Tells
    /// whether it is one of this framework, which is still told what was taken in.
    pub(crate) fn part(&self) -> bool {
        self.lock().is_parting = true;
        self.inbound.frames.notify_one();
        self.is_ours()
    }

    /// Ends what was under way on a stream that is lost: messages that may have arrived, and asks. What
    /// is still queued goes on waiting.
    pub(crate) fn disconnected(&self, why: &str) {
        let inbound = &self.inbound;
        let mut queue = self.lock();
        let mut reports = inbound.control.close();
        let (mut in_doubt, asks) = queue.take_in_doubt();
        drop(queue);
        // Reports go by this stream or not at all.
        in_doubt.append(&mut reports);
        inbound.note_changed();
        let why = format!("the connection to {} was lost: {why}", inbound.peer);
        inbound.report_lost(in_doubt, ErrorKind::OutcomeUnknown, &why);
        inbound.lose_parts(ErrorKind::OutcomeUnknown, &why);
        fail_all(asks, ErrorKind::OutcomeUnknown, &why);
        // The peer does the same with what it has asked, and monitors anew what it has monitored.
        inbound.accounts.cancel_questions();
        inbound.peer_monitors.clear();
    }

    /// Refuses messages until there is a stream again, and gives back those that are queued.
    pub(crate) fn give_up(&self, kind: ErrorKind, why: &str) {
        self.refuse_all(Phase::Down(kind, why.to_owned()), kind, why);
    }

    /// Ends the connection: its address is free, and what is queued is undelivered.
    pub(crate) fn close(&self, kind: ErrorKind, why: &str) {
        self.detach();
        self.refuse_all(Phase::Closed(why.to_owned()), kind, why);
        self.inbound.close();
        self.inbound.own_monitors.close();
        self.inbound.peer_monitors.clear();
    }

    /// Closes the connection if the node stops, which then may not have found it.
    pub(crate) fn close_if_stopped(&self) {
        if let Err(error) = self.inbound.gateway.check() {
            self.close(error.kind(), &error.to_string());
        }
    }

    fn refuse_all(&self, phase: Phase, kind: ErrorKind, why: &str) {
        let inbound = &self.inbound;
        let mut queue = self.lock();
        if queue.phase.is_closed() {
            return;
        }
        let mut reports = inbound.control.close();
        let mut unsent = queue.take_queued();
        if phase.is_closed() {
            self.note_closed();
        }
        queue.phase = phase;
        drop(queue);
        unsent.messages.append(&mut reports);
        inbound.note_changed();
        inbound.frames.notify_one();
        let why = format!("{} is not connected: {why}", inbound.peer);
        inbound.report_lost(unsent.messages, kind, &why);
        inbound.lose_parts(ErrorKind::OutcomeUnknown, &why);
        fail_all(unsent.given_asks, ErrorKind::OutcomeUnknown, &why);
        fail_all(unsent.queued_asks, kind, &why);
        inbound.accounts.cancel_questions();
    }

    /// Closes the connection as soon as what is queued has been sent. Nothing more is accepted.
    pub(crate) fn finish(self: &Arc<Self>) {
        self.lock().is_finishing = true;
        let this = self.clone();
        spawn(&self.inbound.gateway, async move {
            while timeout(WITHDRAW_EVERY, this.drained()).await.is_err() {
                this.withdraw_ended();
            }
            this.close(ErrorKind::Stopped, "it was closed by this node");
        });
    }

    /// Takes questions out of the queue that nobody waits for any more.
    fn withdraw_ended(&self) {
        let ended = self.lock().withdraw_ended();
        if !ended.is_empty() {
            self.inbound.note_changed();
        }
    }

    /// Waits until everything that was queued has been taken to be sent, or never will be.
    async fn drained(&self) {
        self.until(&|inner| {
            let queue = inner.lock();
            let is_empty = queue.is_empty() && inner.inbound.control.is_empty();
            is_empty || !queue.phase.is_open()
        })
        .await;
    }

    /// Waits until the connection is closed.
    pub(crate) async fn closed(&self) {
        self.until(&Self::is_closed).await;
    }

    /// Waits as long as a side that has closed waits for the other one to close.
    ///
    /// A peer of this framework closes when it has read everything. What it had not read would be lost
    /// if this side went first and the peer said anything more.
    pub(crate) async fn lingered(&self) {
        if self.is_closed() && self.is_ours() {
            let hurried = self.until(&|inner| !inner.lock().is_finishing);
            let idle_timeout = self.inbound.settings.idle_timeout;
            if timeout(idle_timeout, hurried).await.is_err() {
                return;
            }
        }
        sleep(LINGER_TIMEOUT).await;
    }

    /// Closes the connection at once, also if it is about to be closed with more time.
    pub(crate) fn abandon(&self, why: &str) {
        self.close(ErrorKind::Stopped, why);
        self.lock().is_finishing = false;
        self.inbound.note_changed();
    }
}
