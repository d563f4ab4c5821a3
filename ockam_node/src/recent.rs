//! Where the messages of a thread went of late.
//!
//! A look-up locks a part of the registry, which all threads share. A thread remembers what it has
//! looked up, and shares with nobody what it remembers. A worker that has stopped may be remembered
//! until another address takes its place: its mailbox is closed and empty, and refuses what is sent. A
//! connection that is closed refuses as well, and is not kept alive: it holds more.

use std::cell::RefCell;
use std::mem;
use std::sync::{Arc, Weak};

use ockam_core::{Address, Message, Routed};

use crate::fold::folded;
use crate::mailbox::Wakeup;
use crate::registry::Entry;
use crate::resident::AnyResident;

/// How many addresses a thread remembers at most: each has one place. They are few, because what is
/// remembered may have stopped.
const PLACES: usize = 8;

thread_local! {
    static RECENT: RefCell<[Place; PLACES]> = const { RefCell::new([const { Place::EMPTY }; PLACES]) };
}

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

/// Delivers a message to `address` of a node, if its entry is remembered and takes it. Otherwise gives it
/// back.
#[inline]
pub(crate) fn push<M: Message>(
    node: u64,
    address: &Address,
    message: Routed<M>,
) -> Result<Wakeup, Routed<M>> {
    let mut message = Some(message);
    let pushed = RECENT.try_with(|recent| {
        let places = recent.try_borrow().ok()?;
        let kept = places[place_of(address)].kept.as_ref()?;
        if kept.node != node || kept.address != *address {
            return None;
        }
        let Found::Mailbox(entry) = &kept.found else {
            return None;
        };
        match entry.push(message.take()?) {
            Ok(wakeup) => Some(wakeup),
            // By now, the address may belong to a new worker.
            Err(declined) => {
                message = Some(declined.into_message());
                None
            }
        }
    });
    match pushed {
        Ok(Some(wakeup)) => Ok(wakeup),
        _ => Err(message.expect("what was not delivered is given back")),
    }
}

/// Returns the link at `address` of a node, if it is remembered. It may be closed.
#[inline]
pub(crate) fn link(node: u64, address: &Address) -> Option<Entry> {
    let link = RECENT.try_with(|recent| {
        let places = recent.try_borrow().ok()?;
        let kept = places[place_of(address)].kept.as_ref()?;
        let Found::Link(link) = &kept.found else {
            return None;
        };
        let is_meant = kept.node == node && kept.address == *address;
        is_meant.then(|| link.upgrade()).flatten()
    });
    let resident = link.ok().flatten()?;
    // A link has one address.
    let arrival = None;
    Some(Entry { resident, arrival })
}

/// Notes that an address is looked up. Tells whether it is the one that its place was looked up for the
/// last time.
pub(crate) fn comes_again(address: &Address) -> bool {
    let folded = folded(address);
    let comes_again = RECENT.try_with(|recent| {
        let mut places = recent.try_borrow_mut().ok()?;
        let place = &mut places[folded as usize % PLACES];
        Some(mem::replace(&mut place.looked_up, folded) == folded)
    });
    comes_again == Ok(Some(true))
}

/// Remembers what an address leads to.
pub(crate) fn keep(node: u64, address: &Address, entry: Entry) {
    let found = match entry.resident.link() {
        Some(_) => Found::Link(Arc::downgrade(&entry.resident)),
        None => Found::Mailbox(entry),
    };
    let kept = Kept {
        node,
        address: address.clone(),
        found,
    };
    replace(address, Some(kept));
}

/// Lets go of what is remembered in the place of an address that leads nowhere any more.
pub(crate) fn forget(address: &Address) {
    replace(address, None);
}

fn replace(address: &Address, kept: Option<Kept>) {
    // What was kept before is dropped behind the borrow.
    let _before = RECENT.try_with(|recent| {
        let mut places = recent.try_borrow_mut().ok()?;
        let place = &mut places[place_of(address)];
        mem::replace(&mut place.kept, kept)
    });
}

#[inline(always)]
fn place_of(address: &Address) -> usize {
    folded(address) as usize % PLACES
}
