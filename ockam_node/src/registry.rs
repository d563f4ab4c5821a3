use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::quality::RandomState;
use ockam_core::{Address, Arrival};

use crate::fold::Key;
use crate::resident::{AnyResident, Tenancy};

const SHARDS: usize = 64;

/// Who lives at which address of a node.
///
/// The table is cut into shards with a lock each; no lock is held for longer than one look-up, and no
/// code of a user runs under it. The hash of a shard is seeded at random, because peers may choose
/// addresses; which shard it is need not be kept from them.
pub(crate) struct Registry {
    shards: Box<[RwLock<Shard>]>,
}

pub(crate) type Shard = HashMap<Address, Entry, RandomState>;

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
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
        }
    }

    #[inline]
    fn shard(&self, key: Key<'_>) -> &RwLock<Shard> {
        // What a thread remembers has its place by the lowest bits.
        &self.shards[(key.folded >> 32) as usize % SHARDS]
    }

    /// Returns the shard where an address belongs. No code of a user may run while it is there.
    #[inline]
    pub(crate) fn read(&self, key: Key<'_>) -> RwLockReadGuard<'_, Shard> {
        let shard = self.shard(key).read();
        shard.unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, address: &Address) -> RwLockWriteGuard<'_, Shard> {
        let shard = self.shard(Key::of(address)).write();
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
        self.read(Key::of(address)).get(address).cloned()
    }

    /// Frees those addresses of a tenancy that belong to it.
    pub(crate) fn remove(&self, tenancy: &Tenancy) {
        for address in tenancy.addresses.as_slice() {
            let mut shard = self.write(address);
            let is_theirs = |entry: &Entry| entry.resident.tenancy().id == tenancy.id;
            let removed = match shard.get(address).is_some_and(is_theirs) {
                true => shard.remove_entry(address),
                false => None,
            };
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
            let each = shard.iter();
            entries.extend(each.map(|(address, entry)| (address.clone(), entry.clone())));
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
