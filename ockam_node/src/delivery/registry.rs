use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use ockam_core::Address;
use ockam_core::headers::ExtendedHeaders;

use super::destination::{Destination, MailboxEntry};
use super::endpoint::AnyEndpoint;
use super::hashed_address::HashedAddress;
use super::link::LinkEndpoint;
use super::registration::Registration;
use crate::random::HashState;

const SHARDS: usize = 64;

/// What each address of a node leads to.
///
/// The table is cut into shards with a lock each. No lock is held for longer than one look-up, and no
/// code of a user runs under it. The hash of a shard is seeded at random, because peers may choose
/// addresses; which shard an address belongs to is no secret.
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
        // The lowest bits choose a place in the address cache of a thread.
        &self.shards[(key.hash >> 32) as usize % SHARDS]
    }

    /// Returns the shard where an address belongs. No code of a user may run while it is there.
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
    /// The address that is taken. The endpoint then has none of them.
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
    /// The address, if it is taken.
    pub(crate) fn insert_link(&self, link: &Arc<LinkEndpoint>) -> Result<(), Address> {
        let address = link.registration.address();
        match self.insert_at(address, Destination::Link(link.clone())) {
            true => Ok(()),
            false => Err(address.clone()),
        }
    }

    fn insert_at(&self, address: &Address, destination: Destination) -> bool {
        match self.write(address).entry(address.clone()) {
            Place::Vacant(place) => {
                place.insert(destination);
                true
            }
            Place::Occupied(_) => false,
        }
    }

    pub(crate) fn look_up(&self, address: &Address) -> Option<Destination> {
        self.read(HashedAddress::of(address)).get(address).cloned()
    }

    /// Frees those addresses of a registration that belong to it.
    pub(crate) fn remove(&self, registration: &Registration) {
        for address in registration.addresses.as_slice() {
            let mut shard = self.write(address);
            let removed = match shard.entry(address.clone()) {
                Place::Occupied(place) if place.get().registration().id == registration.id => {
                    Some(place.remove_entry())
                }
                Place::Occupied(_) | Place::Vacant(_) => None,
            };
            // What the destination owns is dropped behind the lock.
            drop(shard);
            drop(removed);
        }
    }

    /// Returns all addresses and what they lead to. Those that come and go meanwhile may or may not be
    /// among them.
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
