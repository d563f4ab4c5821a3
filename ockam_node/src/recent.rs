//! Where the messages of a thread went of late.
//!
//! A look-up locks a part of the registry, which all threads share. A thread remembers what it has
//! looked up, and shares with nobody what it remembers. A worker that has stopped may be remembered
//! until another address takes its place: its mailbox is closed and empty, and refuses what is sent. A
//! connection that is closed refuses as well, and is not kept alive: it holds more.

use std::cell::{Ref, RefCell};
use std::mem;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use ockam_core::Address;

use crate::fold::Key;
use crate::registry::Entry;
use crate::resident::AnyResident;

/// How many addresses a thread remembers at most: each has one place. They are few, because what is
/// remembered may have stopped.
const PLACES: usize = 8;

thread_local! {
    static RECENT: Rc<Recent> = Rc::new(Recent(RefCell::new([const { Place::EMPTY }; PLACES])));
}

/// What a thread remembers.
pub(crate) struct Recent(RefCell<[Place; PLACES]>);

/// What belongs to the addresses of one place, of which one is kept.
struct Place {
    /// The address that was looked up last, folded. Its entry is kept when it comes again: who writes to
    /// many addresses, once each, doesn't pay for remembering them.
    looked_up: u64,
    kept: Option<Kept>,
}

impl Place {
    const EMPTY: Self = Self {
        looked_up: 0,
        kept: None,
    };

    /// Returns what an address of a node leads to, if that is kept.
    #[inline]
    fn found(&self, node: u64, key: Key<'_>) -> Option<&Found> {
        let kept = self.kept.as_ref()?;
        (kept.node == node && kept.address == *key.address).then_some(&kept.found)
    }
}

struct Kept {
    node: u64,
    address: Address,
    found: Found,
}

enum Found {
    Mailbox(Entry),
    Link(Weak<dyn AnyResident>),
}

/// Returns what this thread remembers, unless it ends.
#[inline]
pub(crate) fn of_thread() -> Option<Rc<Recent>> {
    RECENT.try_with(Rc::clone).ok()
}

impl Recent {
    /// Returns the entry of a mailbox at an address of a node, if it is remembered. By now, the address
    /// may belong to another worker.
    #[inline]
    pub(crate) fn mailbox(&self, node: u64, key: Key<'_>) -> Option<Ref<'_, Entry>> {
        let places = self.0.try_borrow().ok()?;
        let mailbox = Ref::filter_map(places, |places| {
            match places[place_of(key)].found(node, key) {
                Some(Found::Mailbox(entry)) => Some(entry),
                _ => None,
            }
        });
        mailbox.ok()
    }
}

/// Returns the link at an address of a node, if it is remembered. It may be closed.
pub(crate) fn link(node: u64, key: Key<'_>) -> Option<Entry> {
    let recent = of_thread()?;
    let places = recent.0.try_borrow().ok()?;
    let Found::Link(link) = places[place_of(key)].found(node, key)? else {
        return None;
    };
    let resident = link.upgrade()?;
    // A link has one address.
    let arrival = None;
    Some(Entry { resident, arrival })
}

/// Notes that an address is looked up. Tells whether it is the one that its place was looked up for the
/// last time.
#[inline]
pub(crate) fn comes_again(key: Key<'_>) -> bool {
    let comes_again = RECENT.try_with(|recent| {
        let mut places = recent.0.try_borrow_mut().ok()?;
        let place = &mut places[place_of(key)];
        Some(mem::replace(&mut place.looked_up, key.folded) == key.folded)
    });
    comes_again == Ok(Some(true))
}

/// Remembers what an address leads to.
pub(crate) fn keep(node: u64, key: Key<'_>, entry: Entry) {
    let found = match entry.resident.link() {
        Some(_) => Found::Link(Arc::downgrade(&entry.resident)),
        None => Found::Mailbox(entry),
    };
    let kept = Kept {
        node,
        address: key.address.clone(),
        found,
    };
    replace(key, Some(kept));
}

/// Lets go of what is remembered in the place of an address that leads nowhere any more.
pub(crate) fn forget(key: Key<'_>) {
    replace(key, None);
}

fn replace(key: Key<'_>, kept: Option<Kept>) {
    // What was kept before is dropped behind the borrow.
    let _before = RECENT.try_with(|recent| {
        let mut places = recent.0.try_borrow_mut().ok()?;
        let place = &mut places[place_of(key)];
        mem::replace(&mut place.kept, kept)
    });
}

#[inline(always)]
fn place_of(key: Key<'_>) -> usize {
    key.folded as usize % PLACES
}
