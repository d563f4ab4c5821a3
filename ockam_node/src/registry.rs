use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::quality::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Place;
use ockam_core::{Address, Arrival};

use crate::resident::{AnyResident, Tenancy};

const SHARDS: usize = 64;

/// Who lives at which address of a node.
///
/// The table is cut into shards with a lock each; no lock is held for longer than one look-up, and no
/// code of a user runs under it. An address is hashed once, for its shard and for its place there.
/// The hash is seeded at random, because peers may choose addresses.
pub(crate) struct Registry {
    hasher: RandomState,
    shards: Box<[RwLock<Shard>]>,
}

type Shard = HashTable<(Address, Entry)>;

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
            hasher: RandomState::default(),
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
        }
    }

    fn shard(&self, hash: u64) -> &RwLock<Shard> {
        // The table itself looks at the lowest and at the highest bits.
        &self.shards[(hash >> 32) as usize % SHARDS]
    }

    fn read(&self, hash: u64) -> RwLockReadGuard<'_, Shard> {
        let shard = self.shard(hash).read();
        shard.unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, hash: u64) -> RwLockWriteGuard<'_, Shard> {
        let shard = self.shard(hash).write();
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
        let hash = self.hasher.hash_one(address);
        let rehash = |(address, _): &(Address, Entry)| self.hasher.hash_one(address);
        let mut shard = self.write(hash);
        match shard.entry(hash, |(other, _)| other == address, rehash) {
            Place::Vacant(place) => {
                place.insert((address.clone(), entry));
                true
            }
            Place::Occupied(_) => false,
        }
    }

    pub(crate) fn look_up(&self, address: &Address) -> Option<Entry> {
        self.visit(self.hash(address), address, |entry| entry.cloned())
    }

    #[inline]
    pub(crate) fn hash(&self, address: &Address) -> u64 {
        self.hasher.hash_one(address)
    }

    /// Shows the entry at `address`, whose hash is `hash`. No code of a user may run meanwhile.
    #[inline]
    pub(crate) fn visit<T>(
        &self,
        hash: u64,
        address: &Address,
        visit: impl FnOnce(Option<&Entry>) -> T,
    ) -> T {
        let shard = self.read(hash);
        let found = shard.find(hash, |(other, _)| other == address);
        visit(found.map(|(_, entry)| entry))
    }

    /// Frees those addresses of a tenancy that belong to it.
    pub(crate) fn remove(&self, tenancy: &Tenancy) {
        for address in tenancy.addresses.as_slice() {
            let hash = self.hasher.hash_one(address);
            let own = |(other, entry): &(Address, Entry)| {
                other == address && entry.resident.tenancy().id == tenancy.id
            };
            let mut shard = self.write(hash);
            let removed = shard
                .find_entry(hash, own)
                .ok()
                .map(|place| place.remove().0);
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
            entries.extend(shard.iter().cloned());
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
