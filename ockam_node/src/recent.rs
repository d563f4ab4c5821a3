use std::sync::{Mutex, MutexGuard};

use ockam_core::{Address, Message, Routed};

use crate::node::Node;
use crate::registry::Entry;
use crate::resident::Declined;
use crate::router::Stalled;

/// Where the last message of an outbox went. A worker mostly writes to one address many times.
pub(crate) struct Recent(Mutex<Option<Box<Last>>>);

struct Last {
    address: Address,
    /// Looked up when the address comes for the second time in a row: who writes to many addresses
    /// in turn doesn't pay for remembering them.
    entry: Option<Entry>,
}

/// Why a message did not go where the last one went.
pub(crate) enum Missed<M> {
    /// It goes elsewhere.
    Elsewhere(Routed<M>),
    Stalled(Stalled<M>),
}

impl Recent {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Delivers a message to `address` if the last one went there, without a look-up. Otherwise gives
    /// it back and remembers the address.
    #[inline]
    pub(crate) fn deliver<M: Message>(
        &self,
        node: &Node,
        address: &Address,
        message: Routed<M>,
    ) -> Result<(), Missed<M>> {
        // Taken by somebody else, the lock isn't worth waiting for.
        let Ok(last) = self.0.try_lock() else {
            return Err(Missed::Elsewhere(message));
        };
        let known = last.as_deref().filter(|last| last.address == *address);
        match known.and_then(|last| last.entry.as_ref()) {
            Some(entry) => match entry.push(message) {
                Ok(()) => Ok(()),
                Err(declined) => Err(Self::declined(last, declined)),
            },
            None => Self::learn(last, node, address, message),
        }
    }

    #[cold]
    fn declined<M: Message>(
        mut last: MutexGuard<'_, Option<Box<Last>>>,
        declined: Declined<M>,
    ) -> Missed<M> {
        let entry = last.as_deref_mut().and_then(|last| last.entry.take());
        match (declined, entry) {
            (Declined::Full(message), Some(entry)) => {
                let resident = entry.resident.clone();
                if let Some(last) = &mut *last {
                    last.entry = Some(entry);
                }
                Missed::Stalled(Stalled::Declined(resident, Declined::Full(message)))
            }
            // The address may belong to a new worker by now.
            (
                Declined::Full(message)
                | Declined::Closed(message)
                | Declined::WrongType(message)
                | Declined::Unsent(message, _),
                _,
            ) => Missed::Elsewhere(message),
        }
    }

    #[inline(never)]
    fn learn<M: Message>(
        mut last: MutexGuard<'_, Option<Box<Last>>>,
        node: &Node,
        address: &Address,
        message: Routed<M>,
    ) -> Result<(), Missed<M>> {
        match last.as_deref_mut() {
            Some(last) if last.address == *address => {
                let local = address.is_local();
                last.entry = local.then(|| node.registry.look_up(address)).flatten();
                if let Some(entry) = &last.entry {
                    let pushed = entry.push(message);
                    let resident = &entry.resident;
                    return pushed.map_err(|declined| {
                        Missed::Stalled(Stalled::Declined(resident.clone(), declined))
                    });
                }
            }
            // An answer goes to each asker once; and the right to give it is not for keeping.
            _ if address.replier().is_some() => {}
            Some(last) => {
                last.address = address.clone();
                last.entry = None;
            }
            None => {
                let (address, entry) = (address.clone(), None);
                *last = Some(Box::new(Last { address, entry }));
            }
        }
        Err(Missed::Elsewhere(message))
    }
}
