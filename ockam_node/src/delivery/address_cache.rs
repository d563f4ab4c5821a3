//! What a thread has looked up of late.
//!
//! A look-up locks a part of the registry, which all threads share. A thread caches what it has looked
//! up, and shares its cache with nobody. A worker that has stopped may stay in the cache until another
//! address takes its place: its mailbox is closed and empty, and refuses what is sent. A link that is
//! closed refuses as well, and is cached without being kept alive: it holds more.

use std::cell::{Ref, RefCell};
use std::mem;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use ockam_core::Address;

use super::destination::{Destination, MailboxEntry};
use super::hashed_address::HashedAddress;
use super::link::LinkEndpoint;

/// How many addresses a thread caches: each has one bucket. They are few, because what is cached may have
/// stopped.
const BUCKETS: usize = 8;

thread_local! {
    static CACHE: Rc<AddressCache> =
        Rc::new(AddressCache(RefCell::new([const { Bucket::EMPTY }; BUCKETS])));
}

pub(crate) struct AddressCache(RefCell<[Bucket; BUCKETS]>);

/// The addresses that hash to one place, of which one is cached.
struct Bucket {
    /// The hash that was looked up last. An address is cached when it comes again, so that whoever writes
    /// to many addresses, once each, doesn't pay for caching them.
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

/// Returns the cache of this thread, unless the thread ends.
#[inline]
pub(crate) fn of_thread() -> Option<Rc<AddressCache>> {
    CACHE.try_with(Rc::clone).ok()
}

impl AddressCache {
    /// Returns the mailbox at an address of a node, if it is cached. By now, the address may belong to
    /// another worker.
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

/// Notes that an address is looked up. Tells whether it is the one that was looked up last in its bucket.
#[inline]
pub(crate) fn comes_again(key: HashedAddress<'_>) -> bool {
    let comes_again = CACHE.try_with(|cache| {
        let mut buckets = cache.0.try_borrow_mut().ok()?;
        let bucket = &mut buckets[bucket_of(key)];
        Some(mem::replace(&mut bucket.looked_up, key.hash) == key.hash)
    });
    comes_again == Ok(Some(true))
}

/// Caches what an address leads to.
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

/// Removes what is cached in the place of an address that leads nowhere any more.
pub(crate) fn remove(key: HashedAddress<'_>) {
    replace(key, None);
}

fn replace(key: HashedAddress<'_>, cached: Option<Cached>) {
    // What was cached before is dropped behind the borrow.
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

    /// Returns what an address of a node leads to, if that is cached.
    #[inline]
    fn find(&self, node: u64, key: HashedAddress<'_>) -> Option<&CachedDestination> {
        let cached = self.cached.as_ref()?;
        (cached.node == node && cached.address == *key.address).then_some(&cached.destination)
    }
}
