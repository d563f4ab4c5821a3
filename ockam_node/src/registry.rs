use std::collections::HashMap;
use std::collections::hash_map::{Entry as Place, RandomState};
use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use ockam_core::{Address, Arrival};

use crate::resident::{AnyResident, Tenancy};

const SHARDS: usize = 64;

/// Who lives at which address of a node.
///
/// The map is cut into shards with a lock each; no lock is held for longer than one look-up, and no
/// code of a user runs under it. The hash is seeded at random, because peers may choose addresses.
pub(crate) struct Registry {
    hasher: RandomState,
    shards: Box<[RwLock<Shard>]>,
}

type Shard = HashMap<Address, Entry>;

/// What an address leads to.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) resident: Arc<dyn AnyResident>,
    /// Tells the resident which address was used, unless it is its first one.
    pub(crate) arrival: Option<Arc<Arrival>>,
}

impl Registry {
    pub(crate) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
        }
    }

    fn shard(&self, address: &Address) -> &RwLock<Shard> {
        // The low bits choose a place within a shard's own map, which hashes again.
        &self.shards[self.hasher.hash_one(address) as usize % SHARDS]
    }

    fn read(&self, address: &Address) -> RwLockReadGuard<'_, Shard> {
        let shard = self.shard(address).read();
        shard.unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, address: &Address) -> RwLockWriteGuard<'_, Shard> {
        let shard = self.shard(address).write();
        shard.unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a resident have all of its addresses.
    ///
    /// # Errors
    ///
    /// The address that belongs to another one. The resident then has none of them.
    pub(crate) fn insert(&self, resident: &Arc<dyn AnyResident>) -> Result<(), Address> {
        let addresses = resident.tenancy().addresses.as_slice();
        for (position, address) in addresses.iter().enumerate() {
            let entry = Entry {
                resident: resident.clone(),
                arrival: (position > 0).then(|| arrival_at(address)),
            };
            if !self.insert_at(address, entry) {
                self.remove(resident.tenancy());
                return Err(address.clone());
            }
        }
        Ok(())
    }

    fn insert_at(&self, address: &Address, entry: Entry) -> bool {
        match self.write(address).entry(address.clone()) {
            Place::Vacant(place) => {
                place.insert(entry);
                true
            }
            Place::Occupied(_) => false,
        }
    }

    pub(crate) fn look_up(&self, address: &Address) -> Option<Entry> {
        self.read(address).get(address).cloned()
    }

    /// Frees those addresses of a tenancy that belong to it.
    pub(crate) fn remove(&self, tenancy: &Tenancy) {
        for address in tenancy.addresses.as_slice() {
            let mut shard = self.write(address);
            let own = shard
                .get(address)
                .is_some_and(|entry| entry.resident.tenancy().id == tenancy.id);
            let removed = if own { shard.remove(address) } else { None };
            // What the entry owns is dropped behind the lock.
            drop(shard);
            drop(removed);
        }
    }

    /// Returns all entries. Those that come and go meanwhile may or may not be among them.
    pub(crate) fn entries(&self) -> Vec<(Address, Entry)> {
        let mut entries = Vec::new();
        for shard in &self.shards {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            entries.extend(
                shard
                    .iter()
                    .map(|(address, entry)| (address.clone(), entry.clone())),
            );
        }
        entries
    }
}

fn arrival_at(address: &Address) -> Arc<Arrival> {
    Arc::new(Arrival {
        address: Some(address.clone()),
        ..Arrival::default()
    })
}
