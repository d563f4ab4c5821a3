use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ockam_core::{Address, Arrival, Origin, Result};
use ockam_node::transport::{Attached, Gateway, Link, Notify};

use super::credit::Debt;
use super::exposed::Exposed;
use super::overflow::Overflow;
use super::reach::Reach;
use super::sending::Sending;
use crate::quota::Quota;
use crate::settings::TransportSettings;

/// What all tasks of a connection share.
pub(crate) struct Shared {
    pub(crate) gateway: Gateway,
    pub(crate) settings: Arc<TransportSettings>,
    /// The address of the connection on this node.
    pub(crate) address: Address,
    /// Who is at the other end, for people.
    pub(crate) peer: String,
    pub(crate) exposed: Exposed,
    pub(super) sending: Mutex<Sending>,
    /// Whether `Sending::peer` is a node of this framework, for those who need no more of it. Written
    /// under its lock.
    pub(super) is_ours: AtomicBool,
    /// Tells the writer that there are frames.
    pub(super) work: Notify,
    /// Tells senders that there may be room, and whoever waits that the phase has changed.
    pub(super) changed: Notify,
    pub(super) overflow: Overflow,
    /// How many messages of this stream have been taken in. Only the one who reads adds to it.
    pub(super) taken_in: AtomicU64,
    /// Whether a task is about to tell the peer.
    pub(super) is_to_be_told: AtomicBool,
    /// How many messages of the peer were lost without its hearing of it.
    pub(super) lost: AtomicU64,
    /// How many of them were for what is not exposed.
    pub(super) denied: AtomicU64,
    pub(super) debt: Mutex<Debt>,
    /// What most messages of the peer bring along.
    pub(super) arrival: Arc<Arrival>,
    /// The connection as those know it whom its messages may answer.
    pub(super) link: Weak<dyn Link>,
    pub(super) attached: Mutex<Option<Attached>>,
}

impl Shared {
    /// Creates a connection and attaches it to the node.
    pub(crate) fn attach(
        gateway: &Gateway,
        settings: &Arc<TransportSettings>,
        backlog: &Arc<Quota>,
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
            overflow: Overflow::new(backlog),
            taken_in: AtomicU64::new(0),
            is_to_be_told: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            denied: AtomicU64::new(0),
            debt: Mutex::default(),
            arrival: Arc::new(Arrival {
                origin: Some(Origin::new(Arc::new(Reach::new(gateway.clone(), exposed)))),
                ..Arrival::default()
            }),
            link: this.clone(),
            attached: Mutex::new(None),
        });
        let attached = gateway.attach(&shared.address, shared.clone())?;
        *lock(&shared.attached) = Some(attached);
        Ok(shared)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Sending> {
        lock(&self.sending)
    }

    pub(super) async fn until(&self, reached: &(dyn Fn(&Sending) -> bool + Sync)) {
        loop {
            // Made before the look, so that a change in between is not missed.
            let changed = self.changed.notified();
            if reached(&self.lock()) {
                return;
            }
            changed.await;
        }
    }

    pub(crate) fn is_ours(&self) -> bool {
        self.is_ours.load(Ordering::Acquire)
    }
}

/// No code of a user runs under the locks of a connection, so a poisoned one is as good as any.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
