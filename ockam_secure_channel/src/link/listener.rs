use std::fmt;

use ockam_core::{Address, Addresses, Result};
use ockam_node::WorkerHandle;
use ockam_transport::Listener;

/// A place where others open secure channels to this node, which
/// [`SecureChannels::listen`](super::SecureChannels::listen) has made.
///
/// It goes on accepting when this value is dropped, until it is [stopped](Self::stop) or the node stops.
#[derive(Clone)]
pub struct SecureListener {
    worker: WorkerHandle<Vec<u8>>,
    listener: Listener,
}

impl SecureListener {
    pub(super) fn new(worker: WorkerHandle<Vec<u8>>, listener: Listener) -> Self {
        Self { worker, listener }
    }

    /// Returns the address to which the routes of others lead.
    pub fn address(&self) -> &Address {
        self.worker.address()
    }

    /// Lets those who open channels send to `addresses`. This includes channels that are open already.
    pub fn expose(&self, addresses: impl Into<Addresses>) {
        self.listener.expose(addresses);
    }

    /// Stops those who open channels from sending to `addresses`, which were exposed before.
    pub fn conceal(&self, addresses: impl Into<Addresses>) {
        self.listener.conceal(addresses);
    }

    /// Stops accepting channels. Those that are open go on.
    ///
    /// # Errors
    ///
    /// Those of `WorkerHandle::stop`.
    ///
    /// # Cancel safety
    ///
    /// If this future is dropped, the address is still freed.
    pub async fn stop(&self) -> Result<()> {
        let stopped = self.worker.stop().await;
        self.listener.stop().await;
        stopped
    }
}

impl fmt::Debug for SecureListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureListener")
            .field("address", self.address())
            .finish_non_exhaustive()
    }
}
