//! A cache of each thread for the addresses that it looked up last.
//!
//! A look-up locks a shard of the registry, which all threads share. The cache of a thread needs no
//! lock. A stopped worker may stay in the cache until another address takes its bucket. Its mailbox is
//! closed and empty, and refuses all messages. A closed link refuses messages, too. A link holds more
//! memory, so the cache does not keep it alive.

use std::cell::{Ref, RefCell};
use std::mem;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use ockam_core::Address;

use super::destination::{Destination, MailboxEntry};
use super::hashed_address::HashedAddress;
use super::link::LinkEndpoint;

/// The number of addresses that a thread caches, one in each bucket. It is small, because the cache may
/// keep the mailboxes of stopped workers in memory.
const BUCKETS: usize = 8;

thread_local! {
    static CACHE: Rc<AddressCache> =
        Rc::new(AddressCache(RefCell::new([const { Bucket::EMPTY }; BUCKETS])));
}

pub(crate) struct AddressCache(RefCell<[Bucket; BUCKETS]>);

/// A bucket of the cache, for all addresses with the same hash modulo [`BUCKETS`]. It holds one of
/// them.
struct Bucket {
    /// The hash of the address that was looked up last. An address is cached at the second look-up in a
    /// row, so that sending once to each of many addresses doesn't pay for caching them.
    looked_up: u64,
    cached: Option<Cached>,
}

struct Cached {
    node: u64,
    address: Address,
    destination: CachedDestination,
}

enum CachedDestination {
    Mailbox(MailboxEntry),
    Link(Weak<LinkEndpoint>),
}

/// Returns the cache of this thread. Returns `None` while the thread ends.
#[inline]
pub(crate) fn of_thread() -> Option<Rc<AddressCache>> {
    CACHE.try_with(Rc::clone).ok()
}

impl AddressCache {
    /// Returns the mailbox at an address of a node, if it is cached. The address may belong to another
    /// worker by now.
    #[inline]
    pub(crate) fn mailbox(
        &self,
        node: u64,
        key: HashedAddress<'_>,
    ) -> Option<Ref<'_, MailboxEntry>> {
        let buckets = self.0.try_borrow().ok()?;
        let mailbox = Ref::filter_map(buckets, |buckets| {
            match buckets[bucket_of(key)].find(node, key) {
                Some(CachedDestination::Mailbox(entry)) => Some(entry),
                _ => None,
            }
        });
        mailbox.ok()
    }
}

/// Returns the link at an address of a node, if it is cached. It may be closed.
pub(crate) fn link(node: u64, key: HashedAddress<'_>) -> Option<Arc<LinkEndpoint>> {
    let cache = of_thread()?;
    let buckets = cache.0.try_borrow().ok()?;
    match buckets[bucket_of(key)].find(node, key)? {
        CachedDestination::Link(link) => link.upgrade(),
        CachedDestination::Mailbox(_) => None,
    }
}

/// Notes that an address is looked up. Returns `true` if it is also the one that was looked up last in
/// its bucket.
#[inline]
pub(crate) fn comes_again(key: HashedAddress<'_>) -> bool {
    let comes_again = CACHE.try_with(|cache| {
        let mut buckets = cache.0.try_borrow_mut().ok()?;
        let bucket = &mut buckets[bucket_of(key)];
        Some(mem::replace(&mut bucket.looked_up, key.hash) == key.hash)
    });
    comes_again == Ok(Some(true))
}

/// Caches the destination of an address.
pub(crate) fn insert(node: u64, key: HashedAddress<'_>, destination: Destination) {
    let destination = match destination {
        Destination::Link(link) => CachedDestination::Link(Arc::downgrade(&link)),
        Destination::Mailbox(entry) => CachedDestination::Mailbox(entry),
    };
    let cached = Cached {
        node,
        address: key.address.clone(),
        destination,
    };
    replace(key, Some(cached));
}

/// Empties the bucket of an address that leads nowhere any more.
pub(crate) fn remove(key: HashedAddress<'_>) {
    replace(key, None);
}

fn replace(key: HashedAddress<'_>, cached: Option<Cached>) {
    // The old entry is dropped after the borrow has ended, because its drop may run code of a user.
    let _before = CACHE.try_with(|cache| {
        let mut buckets = cache.0.try_borrow_mut().ok()?;
        let bucket = &mut buckets[bucket_of(key)];
        mem::replace(&mut bucket.cached, cached)
    });
}

#[inline(always)]
fn bucket_of(key: HashedAddress<'_>) -> usize {
    key.hash as usize % BUCKETS
}

impl Bucket {
    const EMPTY: Self = Self {
        looked_up: 0,
        cached: None,
    };

    /// Returns the destination of an address of a node, if it is cached.
    #[inline]
    fn find(&self, node: u64, key: HashedAddress<'_>) -> Option<&CachedDestination> {
        let cached = self.cached.as_ref()?;
        (cached.node == node && cached.address == *key.address).then_some(&cached.destination)
    }
}
