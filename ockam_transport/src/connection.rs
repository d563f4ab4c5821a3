//! A connection to another node, apart from its stream: what is to be sent, who may answer, and what
//! the peer may send to.

mod by_address;
mod credit;
mod exposed;
mod handle;
mod overflow;
mod receive;
mod report;
mod returns;
mod sending;

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use ockam_core::reply::Replier;
use ockam_core::{Address, Admission, Arrival, Error, ErrorKind, Origin, Result, Route};
use ockam_node::transport::{Attached, Gateway, Link, Parcel, Report, Unsent};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::frame::{self, VERSION};
use crate::message::{self, Extension, Failure, Grant, Parts};
use crate::settings::TransportSettings;

pub(crate) use exposed::Exposed;
pub use handle::Connection;
use overflow::Overflow;
use returns::Waiting;
use sending::{NotQueued, Peer, Phase, Sending, sign_of_life};

/// How long a side that has closed waits for the other one to close, too, if it is not known to do so.
const LINGER: Duration = Duration::from_secs(1);

/// What all tasks of a connection share.
pub(crate) struct Shared {
    pub(crate) gateway: Gateway,
    pub(crate) settings: Arc<TransportSettings>,
    /// The address of the connection on this node.
    pub(crate) address: Address,
    /// Who is at the other end, for people.
    pub(crate) peer: String,
    pub(crate) exposed: Exposed,
    sending: Mutex<Sending>,
    /// Whether `Sending::peer` is a node of this framework, for those who need no more of it. Written
    /// under its lock.
    is_ours: AtomicBool,
    /// Tells the writer that there are frames.
    work: Notify,
    /// Tells senders that there may be room, and whoever waits that the phase has changed.
    changed: Notify,
    overflow: Overflow,
    /// How many messages of the peer were lost without its hearing of it.
    lost: AtomicU64,
    /// How many of them were for what is not exposed.
    denied: AtomicU64,
    debt: Mutex<credit::Debt>,
    /// What most messages of the peer bring along.
    arrival: Arc<Arrival>,
    /// The connection as those know it whom its messages may answer.
    link: Weak<dyn Link>,
    attached: Mutex<Option<Attached>>,
}

impl Shared {
    /// Creates a connection and attaches it to the node.
    pub(crate) fn attach(
        gateway: &Gateway,
        settings: &Arc<TransportSettings>,
        address: Address,
        peer: String,
        exposed: Exposed,
    ) -> Result<Arc<Self>> {
        let shared = Arc::new_cyclic(|this: &Weak<Self>| Self {
            gateway: gateway.clone(),
            settings: settings.clone(),
            address,
            peer,
            exposed: exposed.clone(),
            sending: Mutex::new(Sending::new(settings.max_queued, settings.max_frame)),
            is_ours: AtomicBool::new(false),
            work: Notify::new(),
            changed: Notify::new(),
            overflow: Overflow::default(),
            lost: AtomicU64::new(0),
            denied: AtomicU64::new(0),
            debt: Mutex::default(),
            arrival: Arc::new(Arrival {
                origin: Some(Origin::new(Arc::new(Reach {
                    gateway: gateway.clone(),
                    exposed,
                }))),
                ..Arrival::default()
            }),
            link: this.clone(),
            attached: Mutex::new(None),
        });
        let attached = gateway.attach(&shared.address, shared.clone())?;
        *lock(&shared.attached) = Some(attached);
        Ok(shared)
    }

    fn lock(&self) -> MutexGuard<'_, Sending> {
        lock(&self.sending)
    }

    /// Begins with a new stream: the peer is not known yet, and what it granted before is forgotten.
    pub(crate) fn connected(&self) {
        let mut sending = self.lock();
        if let Phase::Down(_) = sending.phase {
            sending.phase = Phase::Open;
        }
        sending.peer = Peer::Unknown;
        sending.is_greeted = false;
        self.is_ours.store(false, Ordering::Release);
        sending.credit = credit::Credit::default();
        drop(sending);
        *lock(&self.debt) = credit::Debt::default();
        self.changed.notify_waiters();
    }

    /// Ends what was under way on a stream that is lost: frames that may have been sent, and asks.
    pub(crate) fn disconnected(&self, doubtful: &[u8], why: &str) {
        // What was said to the stream itself concerns no other one, and a close is not to wait for it.
        self.lock().forget_beside();
        self.changed.notify_waiters();
        let why = format!("the connection to {} was lost: {why}", self.peer);
        self.report_lost(doubtful, ErrorKind::OutcomeUnknown, &why);
        let askers = self.take_answerable();
        returns::end_all(askers, &why);
    }

    /// Returns those who wait for an answer to what has been sent. Those whose question is still
    /// queued go on waiting.
    fn take_answerable(&self) -> Vec<Waiting> {
        let mut sending = self.lock();
        let askers = sending.returns.take_askers();
        let queued = sending.queued_askers();
        let (waiting, answerable) = askers
            .into_iter()
            .partition(|waiting| queued.contains(&waiting.address()));
        let forgotten = sending.returns.put_back(waiting);
        drop(sending);
        drop(forgotten);
        answerable
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
        let mut queued = Vec::new();
        let mut sending = self.lock();
        if let Phase::Closed(_) = sending.phase {
            return;
        }
        sending.take(&mut queued);
        sending.phase = phase;
        drop(sending);
        self.changed.notify_waiters();
        self.work.notify_one();
        let why = format!("{} is not connected: {why}", self.peer);
        self.report_lost(&queued, kind, &why);
        let askers = self.lock().returns.take_askers();
        returns::end_all(askers, &why);
    }

    /// Exchanges an empty buffer with the frames that are queued, and waits for some if there are none.
    /// Returns `false` if the connection is closed and nothing is queued.
    ///
    /// # Cancel safety
    ///
    /// Dropped while it waits, it has taken nothing.
    pub(crate) async fn take_frames(&self, buffer: &mut Vec<u8>) -> bool {
        loop {
            let (taken, is_closed) = self.try_take_frames(buffer);
            if taken || is_closed {
                return taken;
            }
            self.work.notified().await;
        }
    }

    /// Takes the frames that are queued. Tells whether there are any, and whether the connection is
    /// closed.
    fn try_take_frames(&self, buffer: &mut Vec<u8>) -> (bool, bool) {
        let mut sending = self.lock();
        let taken = sending.take(buffer);
        let is_closed = matches!(sending.phase, Phase::Closed(_));
        drop(sending);
        if taken {
            self.changed.notify_waiters();
        }
        (taken, is_closed)
    }

    /// Returns the first bytes of a stream: the version, and that this node is one of this framework.
    pub(crate) fn greeting(&self) -> Vec<u8> {
        let extension = Extension::default();
        let mut greeting = vec![VERSION];
        let hello = sign_of_life(&extension);
        frame::append::<Error>(&mut greeting, |frame| Ok(message::append(frame, &hello)?))
            .expect("the greeting is shorter than any limit");
        greeting
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
        self.until(|sending| sending.is_greeted || matches!(sending.phase, Phase::Closed(_)))
            .await;
    }

    /// Waits for the first greeting of the peer. Fails with the reason if the connection is closed before it.
    pub(crate) async fn greeting_received(&self) -> Result<(), String> {
        self.until(|sending| sending.has_greeted || matches!(sending.phase, Phase::Closed(_)))
            .await;
        match &self.lock().phase {
            Phase::Closed(why) => Err(why.clone()),
            Phase::Open | Phase::Down(_) => Ok(()),
        }
    }

    /// Notes that the last task of the connection ends.
    pub(crate) fn end(&self) {
        self.lock().has_ended = true;
        self.changed.notify_waiters();
    }

    /// Waits until the last task of the connection has ended.
    pub(crate) async fn ended(&self) {
        self.until(|sending| sending.has_ended).await;
    }

    /// Closes the connection as soon as what is queued has been sent. Nothing more is accepted.
    pub(crate) fn finish(self: &Arc<Self>) {
        self.lock().is_finishing = true;
        let this = self.clone();
        self.gateway.runtime().spawn(async move {
            this.drained().await;
            this.close(ErrorKind::Stopped, "it was closed by this node");
        });
    }

    /// Waits as long as a side that has closed waits for the other one to close, too.
    ///
    /// A peer of this framework closes when it has read all. What it had not read would be lost if this
    /// side went first and the peer said anything more.
    pub(crate) async fn lingered(&self) {
        let is_closed = matches!(self.lock().phase, Phase::Closed(_));
        if is_closed && self.is_ours() {
            let hurried = self.until(|sending| !sending.is_finishing);
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

    /// Says that this node is one of this framework and alive.
    pub(crate) fn send_sign_of_life(&self) {
        self.send_beside(&sign_of_life(&Extension::default()));
    }

    /// Sends what takes no room from messages. Tells whether it is queued.
    fn send_beside(&self, parts: &Parts<'_>) -> bool {
        let queued = self.lock().queue_beside(parts);
        if queued == Some(true) {
            self.work.notify_one();
        }
        queued.is_some()
    }

    /// Lets the peer send more.
    fn grant(&self, grants: &[Grant]) {
        let extension = Extension {
            grants: grants.to_vec(),
            ..Extension::default()
        };
        let queued = self.lock().queue_credit(&sign_of_life(&extension));
        if queued == Some(true) {
            self.work.notify_one();
        }
    }

    /// Sends the report of a failure, if the peer understands it. Tells whether it is queued.
    fn send_report(&self, onward: &[Address], report: &Report<'_>) -> bool {
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

    /// Waits until everything that was queued has been taken to be sent, or never will be.
    async fn drained(&self) {
        self.until(|sending| sending.is_empty() || !matches!(sending.phase, Phase::Open))
            .await;
    }

    /// Waits until the connection is closed.
    pub(crate) async fn closed(&self) {
        self.until(|sending| matches!(sending.phase, Phase::Closed(_)))
            .await;
    }

    async fn until(&self, reached: impl Fn(&Sending) -> bool + Send) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            // Waits from here on, so that a change behind the look is not missed.
            changed.as_mut().enable();
            if reached(&self.lock()) {
                return;
            }
            changed.await;
        }
    }

    fn try_queue(&self, parcel: &Parcel<'_>) -> Result<(), Unsent> {
        let extension = Extension {
            type_name: parcel.content.type_name,
            deadline: asker_of(parcel.return_route).map(Replier::remaining),
            ..Extension::default()
        };
        let parts = Parts {
            onward: parcel.onward,
            return_route: parcel.return_route,
            payload: parcel.content.body,
            tracing: parcel.trace,
            extension: Some(&extension),
        };
        let queued = self.lock().queue(&self.address, &parts);
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
}

impl Link for Shared {
    fn try_send(&self, parcel: &Parcel<'_>) -> Result<(), Unsent> {
        if parcel.onward.is_empty() {
            let why = format!("the route ends at the connection to {}", self.peer);
            return Err(Unsent::Refused(Error::new(ErrorKind::NoRoute, why)));
        }
        self.try_queue(parcel)
    }

    fn room<'a>(&'a self, onward: &'a [Address]) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(
            self.until(|sending| sending.has_room(onward) || !matches!(sending.phase, Phase::Open)),
        )
    }

    fn report(&self, onward: &[Address], report: &Report<'_>) {
        // To a node of upstream, it would be an empty message.
        if !self.is_ours() || !self.send_report(onward, report) {
            let why = "it can't be told that its message failed";
            self.note_lost(&Error::new(report.kind, why));
        }
    }
}

/// What messages of a connection may go to on this node.
struct Reach {
    gateway: Gateway,
    exposed: Exposed,
}

impl Reach {
    /// Connections have addresses that nobody can guess: whoever knows one was given it as a way back.
    fn leads_back(&self, address: &Address) -> bool {
        address.is_local() && self.gateway.link(address).is_some()
    }
}

impl Admission for Reach {
    fn admits(&self, address: &Address) -> bool {
        self.exposed.contains(address) || self.leads_back(address)
    }
}

/// Where an answer may go: back by the way of what it answers, beside where the connection may send.
struct Way {
    reach: Option<Origin>,
    by: Route,
}

impl Admission for Way {
    fn admits(&self, address: &Address) -> bool {
        let reach = self.reach.as_ref();
        reach.is_some_and(|reach| reach.admits(address)) || self.by.iter().any(|by| by == address)
    }
}

/// Returns the right to answer that a message brings along, if it asks.
fn asker_of(return_route: &Route) -> Option<&Replier> {
    return_route.last().and_then(Address::replier)
}

/// No code of a user runs under the locks of a connection, so a poisoned one is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
