use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use ockam_core::Address;
use ockam_core::headers::{ExtendedHeaders, Ingress, Source};
use ockam_node::transport::{Gateway, Link};
use tokio::sync::Notify;

use super::backlog::Backlog;
use super::reach::Reach;
use crate::accounts::PeerAccounts;
use crate::connection::control_queue::{ControlQueue, Queued};
use crate::connection::exposed::Exposed;
use crate::connection::monitors::{OwnMonitors, PeerMonitors};
use crate::connection::peer::Peer;
use crate::connection::streams::Streams;
use crate::connection::waiting::Waiting;
use crate::quotas::Quotas;
use crate::settings::TransportSettings;

/// What receiving needs of a connection.
pub(crate) struct Inbound {
    pub(crate) gateway: Gateway,
    pub(crate) settings: Arc<TransportSettings>,
    /// The name of the peer, for people.
    pub(crate) peer: String,
    /// The address of the connection on this node.
    pub(in crate::connection) address: Address,
    pub(in crate::connection) accounts: Arc<PeerAccounts>,
    pub(in crate::connection) control: ControlQueue,
    /// Notifies the writer that there are frames.
    pub(in crate::connection) frames: Notify,
    /// Notifies of a change of the state.
    pub(in crate::connection) changed: Notify,
    /// The senders that wait for room.
    pub(in crate::connection) waiting: Waiting,
    pub(super) backlog: Backlog,
    /// The answers that go on, to the peer and from it.
    pub(in crate::connection) streams: Streams,
    /// The workers of the peer that this node monitors.
    pub(in crate::connection) own_monitors: OwnMonitors,
    /// The workers of this node that the peer monitors.
    pub(in crate::connection) peer_monitors: PeerMonitors,
    /// What the peer may send to.
    pub(super) exposed: Exposed,
    /// What this connection may hold together with others.
    pub(crate) quotas: Arc<Quotas>,
    /// Whether the peer has greeted, on this stream or on one before it.
    has_greeted: AtomicBool,
    /// Whether the peer has greeted on this stream, or on the last one if there is none.
    is_greeted: AtomicBool,
    /// What most messages of the peer bring along.
    pub(super) headers: Arc<ExtendedHeaders>,
    /// The number by which the node knows what comes from the connection. Set when it is attached.
    source: OnceLock<Source>,
    /// The connection, for those who answer its messages.
    pub(super) link: Weak<dyn Link>,
}

impl Inbound {
    pub(in crate::connection) fn new(
        gateway: &Gateway,
        settings: &Arc<TransportSettings>,
        quotas: &Arc<Quotas>,
        address: Address,
        peer: Peer,
        exposed: Exposed,
        link: Weak<dyn Link>,
    ) -> Self {
        let accounts = Arc::new(PeerAccounts::new(&quotas.accounts));
        let reach = Reach::new(gateway.clone(), exposed.clone());
        Self {
            gateway: gateway.clone(),
            settings: settings.clone(),
            peer: peer.name,
            address,
            control: ControlQueue::new(
                &accounts,
                settings.max_queued,
                settings.max_frame,
                quotas.queued.share(),
            ),
            accounts,
            frames: Notify::new(),
            changed: Notify::new(),
            backlog: Backlog::new(&quotas.waiting),
            streams: Streams::new(quotas),
            own_monitors: OwnMonitors::default(),
            peer_monitors: PeerMonitors::new(quotas),
            quotas: quotas.clone(),
            exposed,
            waiting: Waiting::default(),
            has_greeted: AtomicBool::new(false),
            is_greeted: AtomicBool::new(false),
            headers: Arc::new(ExtendedHeaders {
                ingress: Some(Ingress::new(Arc::new(reach))),
                peer: peer.identity.map(Arc::new),
                ..ExtendedHeaders::default()
            }),
            source: OnceLock::new(),
            link,
        }
    }

    /// Notes by which number the node knows what comes from the connection.
    pub(in crate::connection) fn set_source(&self, source: Source) {
        // A connection is attached once.
        let _ = self.source.set(source);
    }

    /// Tells whether the peer has proved its identity.
    pub(in crate::connection) fn is_proved(&self) -> bool {
        self.headers.peer.is_some()
    }

    pub(super) fn source(&self) -> Source {
        self.source.get().copied().unwrap_or(Source::UNKNOWN)
    }

    /// Logs why a stream is given up although the peer has not ended it, in one line for each stream.
    pub(crate) fn warn_of_end(&self, why: &str) {
        let peer = &self.peer;
        self.gateway
            .warn(format_args!("the connection to {peer} is given up: {why}"));
    }

    /// Notes that the peer has greeted.
    pub(crate) fn greeted(&self) {
        self.has_greeted.store(true, Ordering::Release);
        self.is_greeted.store(true, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// Notifies all who wait that something has changed that may matter to each of them.
    pub(in crate::connection) fn note_changed(&self) {
        self.changed.notify_waiters();
        self.waiting.wake_all();
    }

    /// Notes that the peer has not greeted yet, on a new stream.
    pub(in crate::connection) fn reset_greeting(&self) {
        self.is_greeted.store(false, Ordering::Release);
    }

    /// Tells whether the peer has ever greeted.
    pub(crate) fn has_greeted(&self) -> bool {
        self.has_greeted.load(Ordering::Acquire)
    }

    /// Tells whether the peer has greeted on this stream, or on the last one if there is none.
    pub(crate) fn is_greeted(&self) -> bool {
        self.is_greeted.load(Ordering::Acquire)
    }

    /// Tells whether so much is held for slow workers, or owed to the peer, that no more may be read.
    pub(crate) fn is_holding(&self) -> bool {
        self.backlog.is_too_much() || self.control.is_too_much()
    }

    /// Waits while no more may be read.
    pub(crate) async fn held(&self) {
        while self.is_holding() {
            self.backlog.room().await;
            self.control.room().await;
        }
    }

    /// Waits until all that the peer has sent has been delivered, or refused.
    pub(crate) async fn delivered(&self) {
        self.backlog.emptied().await;
    }

    /// Holds nothing more for slow workers. What is held is still delivered.
    pub(in crate::connection) fn close(&self) {
        self.backlog.close();
    }

    /// Tells whether messages of the peer may go to an address.
    pub(super) fn may_send(&self, to: &Address) -> bool {
        let ingress = self.headers.ingress.as_ref();
        ingress.is_some_and(|ingress| ingress.admits(to))
    }

    /// Wakes the writer if it may be waiting for what was queued. Tells whether anything was.
    pub(in crate::connection) fn note_queued(&self, queued: Option<Queued>) -> bool {
        let is_queued = queued.is_some();
        if queued.is_some_and(|queued| queued.was_empty) {
            self.frames.notify_one();
        }
        is_queued
    }
}
