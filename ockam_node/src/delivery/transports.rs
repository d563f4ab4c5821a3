use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use ockam_core::{Address, Error, ErrorKind, Result, TransportType};

use super::link::Transport;

/// The transports of a node. There are few, and each serves one type of address.
pub(crate) struct Transports {
    all: RwLock<Vec<Arc<dyn Transport>>>,
    /// Whether they have been removed, because the node stops.
    are_gone: AtomicBool,
}

impl Transports {
    pub(crate) const fn new() -> Self {
        Self {
            all: RwLock::new(Vec::new()),
            are_gone: AtomicBool::new(false),
        }
    }

    /// Adds a transport.
    ///
    /// # Errors
    ///
    /// Returns `AddressTaken` if the node has a transport for the same type of addresses.
    pub(crate) fn add(&self, transport: Arc<dyn Transport>) -> Result<()> {
        let served = transport.address_type();
        let mut transports = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let is_taken = |served: &TransportType| {
            let mut others = transports.iter();
            others.any(|other| other.address_type() == Some(*served))
        };
        if let Some(served) = served.filter(is_taken) {
            let number = served.number();
            let why = format!("this node has a transport of type {number} already");
            return Err(Error::new(ErrorKind::AddressTaken, why));
        }
        transports.push(transport);
        Ok(())
    }

    pub(crate) fn remove(&self, removed: &Arc<dyn Transport>) {
        let mut transports = self.all.write().unwrap_or_else(PoisonError::into_inner);
        transports.retain(|transport| !Arc::ptr_eq(transport, removed));
    }

    pub(crate) fn all(&self) -> Vec<Arc<dyn Transport>> {
        let transports = self.all.read().unwrap_or_else(PoisonError::into_inner);
        transports.clone()
    }

    /// Removes all transports. A node that has stopped makes no connections. Those whose connections go
    /// through the connections of others come first.
    pub(crate) fn take_all(&self) -> Vec<Arc<dyn Transport>> {
        self.are_gone.store(true, Ordering::Release);
        let mut transports = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let mut taken = std::mem::take(&mut *transports);
        taken.sort_by_key(|transport| transport.address_type().is_some());
        taken
    }

    /// Attaches a link at an address that has no link yet.
    pub(crate) fn dial(&self, address: &Address) -> Result<()> {
        let wanted = address.transport();
        match self.find(wanted) {
            Some(transport) => transport.dial(address),
            None if self.are_gone.load(Ordering::Acquire) => {
                let why = format!("{address} is not connected to any more: the node stops");
                Err(Error::new(ErrorKind::Stopped, why))
            }
            None => {
                let number = wanted.number();
                let why = format!("{address}: this node has no transport of type {number}");
                Err(Error::new(ErrorKind::NoRoute, why))
            }
        }
    }

    fn find(&self, wanted: TransportType) -> Option<Arc<dyn Transport>> {
        let transports = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let mut transports = transports.iter();
        transports
            .find(|transport| transport.address_type() == Some(wanted))
            .cloned()
    }
}
