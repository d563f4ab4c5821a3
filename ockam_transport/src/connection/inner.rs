use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use ockam_core::{Address, Result};
use ockam_node::transport::{Gateway, LinkGuard};

use super::exposed::Exposed;
use super::inbound::Inbound;
use super::peer::Peer;
use super::send_queue::SendQueue;
use crate::lock::lock;
use crate::quotas::Quotas;
use crate::settings::TransportSettings;

/// A connection, as its tasks and its handles share it.
pub(crate) struct Inner {
    /// The receiving side, which knows nothing of the queue of messages.
    pub(crate) inbound: Arc<Inbound>,
    pub(super) exposed: Exposed,
    queue: Mutex<SendQueue>,
    /// Whether the phase of the queue is that of a closed connection, for those who don't lock it.
    is_closed: AtomicBool,
    /// Whether the connection is to be closed soon, because the node stops.
    is_hurried: AtomicBool,
    /// Whether the last task of the connection has ended.
    has_ended: AtomicBool,
    guard: Mutex<Option<Arc<LinkGuard>>>,
    /// Why the last stream was lost, as long as there is no other one.
    pub(super) lost: Mutex<Option<String>>,
    /// How many connections it is within.
    depth: u32,
    /// The connection itself, for the tasks that it starts.
    this: Weak<Self>,
}

impl Inner {
    /// Creates a connection and attaches it to the node.
    pub(crate) fn attach(
        gateway: &Gateway,
        settings: &Arc<TransportSettings>,
        quotas: &Arc<Quotas>,
        address: Address,
        peer: Peer,
        exposed: Exposed,
    ) -> Result<Arc<Self>> {
        let depth = peer.depth;
        let inner = Arc::new_cyclic(|this: &Weak<Self>| {
            let inbound = Inbound::new(
                gateway,
                settings,
                quotas,
                address,
                peer,
                exposed.clone(),
                this.clone(),
            );
            let accounts = inbound.accounts.clone();
            Self {
                inbound: Arc::new(inbound),
                exposed,
                queue: Mutex::new(SendQueue::new(
                    accounts,
                    settings.max_queued,
                    settings.max_frame,
                    quotas.queued.share(),
                )),
                is_closed: AtomicBool::new(false),
                is_hurried: AtomicBool::new(false),
                has_ended: AtomicBool::new(false),
                guard: Mutex::new(None),
                lost: Mutex::new(None),
                depth,
                this: this.clone(),
            }
        });
        let guard = gateway.attach(&inner.inbound.address, inner.clone())?;
        inner.inbound.set_source(guard.source());
        *lock(&inner.guard) = Some(Arc::new(guard));
        Ok(inner)
    }

    /// Returns the address of the connection on this node.
    pub(crate) fn address(&self) -> &Address {
        &self.inbound.address
    }

    /// Returns how many connections it is within.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Frees the address on the node.
    pub(super) fn detach(&self) {
        let guard = lock(&self.guard).take();
        drop(guard);
    }

    pub(super) fn this(&self) -> Weak<Self> {
        self.this.clone()
    }

    /// Returns what keeps the connection at its address, until that is free.
    pub(super) fn guard(&self) -> Option<Arc<LinkGuard>> {
        lock(&self.guard).clone()
    }

    /// Locks the queue of messages. No code that [`Inbound`] reaches does.
    pub(super) fn lock(&self) -> MutexGuard<'_, SendQueue> {
        lock(&self.queue)
    }

    /// Waits until the state of the connection is as wanted.
    pub(super) async fn until(&self, is_reached: &(dyn Fn(&Self) -> bool + Sync)) {
        loop {
            // Made before the look, so that a change in between is not missed.
            let changed = self.inbound.changed.notified();
            if is_reached(self) {
                return;
            }
            changed.await;
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Notes that the connection is closed. Its queue is locked, and refuses messages already.
    pub(super) fn note_closed(&self) {
        self.is_closed.store(true, Ordering::Release);
    }

    /// Notes that the node stops: a connection that is lost is made again at once, or not at all.
    pub(crate) fn hurry(&self) {
        self.is_hurried.store(true, Ordering::Release);
        self.inbound.changed.notify_waiters();
    }

    /// Waits until the node stops.
    pub(crate) async fn hurried(&self) {
        self.until(&|inner| inner.is_hurried.load(Ordering::Acquire))
            .await;
    }

    /// Notes that the last task of the connection ends.
    pub(crate) fn end(&self) {
        self.has_ended.store(true, Ordering::Release);
        self.inbound.changed.notify_waiters();
    }

    /// Waits until the last task of the connection has ended.
    pub(crate) async fn ended(&self) {
        self.until(&|inner| inner.has_ended.load(Ordering::Acquire))
            .await;
    }
}
