//! How a connection begins with a stream, loses it, and ends.
//!
//! ```text
//!  attached ─▶ open ──stream lost──▶ open, messages wait ──no stream for long──▶ down
//!               │ ▲                           │                                   │
//!               │ └───────────────────────── a new stream ◀───────────────────────┘
//!               └─ closed: the address is free, what is queued is undelivered ─▶ ended
//! ```

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ockam_core::ErrorKind;
use tokio::time::{sleep, timeout};

use super::askers::end_all;
use super::credit::{Credit, Debt};
use super::sending::{Peer, Phase, Sending};
use super::shared::{Shared, lock};

/// How long a side that has closed waits for the other one to close, too, if it is not known to do so.
const LINGER: Duration = Duration::from_secs(1);

impl Shared {
    /// Begins with a new stream: the peer is not known yet, and what it granted before is forgotten.
    pub(crate) fn connected(&self) {
        let mut sending = self.lock();
        if let Phase::Down(_) = sending.phase {
            sending.phase = Phase::Open;
        }
        sending.has_stream = true;
        sending.peer = Peer::Unknown;
        sending.is_greeted = false;
        sending.is_parting = false;
        self.is_ours.store(false, Ordering::Release);
        sending.books().credit = Credit::default();
        sending.told = 0;
        self.taken_in.store(0, Ordering::Relaxed);
        drop(sending);
        *lock(&self.debt) = Debt::default();
        self.changed.notify_waiters();
    }

    /// Notes that the peer has greeted.
    pub(crate) fn greeted(&self) {
        let mut sending = self.lock();
        sending.has_greeted = true;
        sending.is_greeted = true;
        drop(sending);
        self.changed.notify_waiters();
    }

    pub(crate) fn has_greeted(&self) -> bool {
        self.lock().has_greeted
    }

    /// Tells whether the peer has greeted on this stream, or on the last one if there is none.
    pub(crate) fn is_greeted(&self) -> bool {
        self.lock().is_greeted
    }

    /// Waits until the peer has greeted on this stream, or the connection is closed.
    pub(crate) async fn greeted_again(&self) {
        self.until(&|sending| sending.is_greeted || sending.is_closed())
            .await;
    }

    /// Waits for the first greeting of the peer. Fails with the reason if the connection is closed before it.
    pub(crate) async fn greeting_received(&self) -> Result<(), String> {
        self.until(&|sending| sending.has_greeted || sending.is_closed())
            .await;
        match &self.lock().phase {
            Phase::Closed(why) => Err(why.clone()),
            Phase::Open | Phase::Down(_) => Ok(()),
        }
    }

    /// Notes that the peer has said all that it will on this stream, and is sent no more messages. Tells
    /// whether it is one of this framework, which is still told what was taken in.
    pub(crate) fn part(&self) -> bool {
        let mut sending = self.lock();
        sending.is_parting = true;
        drop(sending);
        self.work.notify_one();
        self.is_ours()
    }

    /// Ends what was under way on a stream that is lost: messages that may have arrived, and asks. What
    /// is still queued goes on waiting.
    pub(crate) fn disconnected(&self, why: &str) {
        let mut sending = self.lock();
        let doubtful = sending.take_doubtful();
        let askers = sending.books().returns.askers.take_answerable();
        drop(sending);
        self.changed.notify_waiters();
        let why = format!("the connection to {} was lost: {why}", self.peer);
        self.report_lost(doubtful, ErrorKind::OutcomeUnknown, &why);
        end_all(askers, ErrorKind::OutcomeUnknown, &why);
    }

    /// Refuses messages until there is a stream again, and gives back those that are queued.
    pub(crate) fn give_up(&self, why: &str) {
        self.refuse_all(Phase::Down(why.to_owned()), ErrorKind::NoRoute, why);
    }

    /// Ends the connection: its address is free, and what is queued is undelivered.
    pub(crate) fn close(&self, kind: ErrorKind, why: &str) {
        let attached = lock(&self.attached).take();
        drop(attached);
        self.refuse_all(Phase::Closed(why.to_owned()), kind, why);
        self.overflow.close();
    }

    /// Closes the connection if the node stops, which then may not have found it.
    pub(crate) fn close_if_stopped(&self) {
        if let Err(error) = self.gateway.check() {
            self.close(error.kind(), &error.to_string());
        }
    }

    fn refuse_all(&self, phase: Phase, kind: ErrorKind, why: &str) {
        let mut sending = self.lock();
        if sending.is_closed() {
            return;
        }
        let queued = sending.take_queued();
        let askers = &mut sending.books().returns.askers;
        let (answerable, askers) = (askers.take_answerable(), askers.take_queued());
        sending.phase = phase;
        drop(sending);
        self.changed.notify_waiters();
        self.work.notify_one();
        let why = format!("{} is not connected: {why}", self.peer);
        self.report_lost(queued, kind, &why);
        end_all(answerable, ErrorKind::OutcomeUnknown, &why);
        end_all(askers, kind, &why);
    }

    /// Closes the connection as soon as what is queued has been sent. Nothing more is accepted.
    pub(crate) fn finish(self: &Arc<Self>) {
        self.lock().is_finishing = true;
        let this = self.clone();
        self.gateway.spawn(async move {
            this.drained().await;
            this.close(ErrorKind::Stopped, "it was closed by this node");
        });
    }

    /// Waits until everything that was queued has been taken to be sent, or never will be.
    async fn drained(&self) {
        self.until(&|sending| sending.is_empty() || !sending.is_open())
            .await;
    }

    /// Waits until the connection is closed.
    pub(crate) async fn closed(&self) {
        self.until(&Sending::is_closed).await;
    }

    /// Waits as long as a side that has closed waits for the other one to close, too.
    ///
    /// A peer of this framework closes when it has read all. What it had not read would be lost if this
    /// side went first and the peer said anything more.
    pub(crate) async fn lingered(&self) {
        if self.lock().is_closed() && self.is_ours() {
            let hurried = self.until(&|sending| !sending.is_finishing);
            if timeout(self.settings.idle_timeout, hurried).await.is_err() {
                return;
            }
        }
        sleep(LINGER).await;
    }

    /// Closes the connection at once, also if it is about to be closed with more time.
    pub(crate) fn abandon(&self, why: &str) {
        self.close(ErrorKind::Stopped, why);
        self.lock().is_finishing = false;
        self.changed.notify_waiters();
    }

    /// Notes that the last task of the connection ends.
    pub(crate) fn end(&self) {
        self.lock().has_ended = true;
        self.changed.notify_waiters();
    }

    /// Waits until the last task of the connection has ended.
    pub(crate) async fn ended(&self) {
        self.until(&|sending| sending.has_ended).await;
    }
}
