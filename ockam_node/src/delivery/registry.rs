use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use ockam_core::Address;
use ockam_core::headers::ExtendedHeaders;

use super::any_endpoint::AnyEndpoint;
use super::destination::{Destination, MailboxEntry};
use super::hashed_address::HashedAddress;
use super::link::LinkEndpoint;
use super::registration::Registration;
use crate::random::HashState;

const SHARDS: usize = 64;

/// The destinations of all addresses of a node.
///
/// The table is divided into shards, each with a lock. A lock is held for one look-up, and no code of a
/// user runs under it. The hash inside a shard has a random seed, because peers can choose addresses.
/// The choice of the shard is not secret.
pub(crate) struct Registry {
    shards: Box<[RwLock<Shard>]>,
}

pub(crate) type Shard = HashMap<Address, Destination, HashState>;

impl Registry {
    pub(crate) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
        }
    }

    #[inline]
    fn shard(&self, key: HashedAddress<'_>) -> &RwLock<Shard> {
        // The lowest bits choose the bucket of the address cache.
        &self.shards[(key.hash >> 32) as usize % SHARDS]
    }

    /// Locks the shard of an address for reading. No code of a user may run while it is locked.
    #[inline]
    pub(crate) fn read(&self, key: HashedAddress<'_>) -> RwLockReadGuard<'_, Shard> {
        let shard = self.shard(key).read();
        shard.unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, address: &Address) -> RwLockWriteGuard<'_, Shard> {
        let shard = self.shard(HashedAddress::of(address)).write();
        shard.unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers an endpoint at all of its addresses.
    ///
    /// # Errors
    ///
    /// Returns the first address that is taken. The endpoint is then registered at none of them.
    pub(crate) fn insert(&self, endpoint: &Arc<dyn AnyEndpoint>) -> Result<(), Address> {
        let registration = endpoint.registration();
        for (position, address) in registration.addresses.as_slice().iter().enumerate() {
            let entry = MailboxEntry {
                endpoint: endpoint.clone(),
                headers: (position > 0).then(|| headers_for(address)),
            };
            if !self.insert_at(address, Destination::Mailbox(entry)) {
                self.remove(registration);
                return Err(address.clone());
            }
        }
        Ok(())
    }

    /// Registers a link at its address.
    ///
    /// # Errors
    ///
    /// Returns the address if it is taken.
    pub(crate) fn insert_link(&self, link: &Arc<LinkEndpoint>) -> Result<(), Address> {
        let address = link.registration.address();
        match self.insert_at(address, Destination::Link(link.clone())) {
            true => Ok(()),
            false => Err(address.clone()),
        }
    }

    fn insert_at(&self, address: &Address, destination: Destination) -> bool {
        match self.write(address).entry(address.clone()) {
            Entry::Vacant(place) => {
                place.insert(destination);
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    pub(crate) fn look_up(&self, address: &Address) -> Option<Destination> {
        self.read(HashedAddress::of(address)).get(address).cloned()
    }

    /// Frees the addresses of a registration, except those that belong to another one.
    pub(crate) fn remove(&self, registration: &Registration) {
        for address in registration.addresses.as_slice() {
            let mut shard = self.write(address);
            let removed = match shard.entry(address.clone()) {
                Entry::Occupied(place) if place.get().registration().id == registration.id => {
                    Some(place.remove_entry())
                }
                Entry::Occupied(_) | Entry::Vacant(_) => None,
            };
            // The destination is dropped after the lock is released, because its drop may run code of a
            // user.
            drop(shard);
            drop(removed);
        }
    }

    /// Returns some addresses of those among the first `max` that a condition picks. The condition runs under a
    /// lock.
    pub(crate) fn some(
        &self,
        max: usize,
        is_picked: impl Fn(&Address, &Destination) -> bool,
    ) -> Vec<Address> {
        let (mut seen, mut picked) = (0, Vec::new());
        for shard in &self.shards {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            let rest = shard.iter().take(max - seen);
            picked.extend(
                rest.filter(|(address, found)| is_picked(address, found))
                    .map(|(address, _)| address.clone()),
            );
            seen = max.min(seen + shard.len());
        }
        picked
    }

    /// Returns all addresses with their destinations. Addresses that are added or removed during the
    /// call may or may not be among them.
    pub(crate) fn all(&self) -> Vec<(Address, Destination)> {
        let mut all = Vec::new();
        for shard in &self.shards {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            let each = shard.iter();
            all.extend(each.map(|(address, found)| (address.clone(), found.clone())));
        }
        all
    }
}

fn headers_for(address: &Address) -> Arc<ExtendedHeaders> {
    Arc::new(ExtendedHeaders {
        address: Some(address.clone()),
        ..ExtendedHeaders::default()
    })
}
