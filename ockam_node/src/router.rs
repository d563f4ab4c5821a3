//! The way of a message to the mailbox of the next address on its route.
//!
//! ```text
//!  route ── first address ──┬─ a reply address ─▶ the slot where an ask waits
//!                           ├─ a local address ─▶ registry ─▶ resident ─▶ mailbox
//!                           ├─ a link ──────────▶ encoded, and sent to another node
//!                           └─ another type ────▶ dialled on first use
//!        └─ the others travel with the message, as its onward route
//! ```

use std::sync::Arc;

use ockam_core::{Address, Arrival, Error, ErrorKind, Message, Result, Route, Routed};

use crate::fold::Key;
use crate::mailbox::{Ticket, Wakeup};
use crate::node::Node;
use crate::recent;
use crate::registry::Entry;
use crate::resident::{Declined, Resident};
use crate::stalled::Stalled;
use crate::transport::{Delivery, Incoming, Undelivered, Unsent, send_out, trace_of};

impl Node {
    /// Delivers a message to the first address of a route, if there is room. The others go with it.
    #[inline]
    pub(crate) fn deliver<M: Message>(
        &self,
        route: &[Address],
        message: Routed<M>,
    ) -> Result<(), Stalled<M>> {
        match route {
            [address] if address.replier().is_none() => {
                // The message is moved nowhere before it is pushed: to copy what was just written in
                // pieces takes as long as a lock.
                let key = Key::of(address);
                let recent = recent::of_thread();
                let recent = recent.as_ref();
                let Some(entry) = recent.and_then(|recent| recent.mailbox(self.id, key)) else {
                    return self.deliver_looked_up(key, &[], message);
                };
                let pushed = entry.push(message);
                drop(entry);
                match pushed {
                    Ok(wakeup) => {
                        wakeup.wake();
                        Ok(())
                    }
                    // By now, the address may belong to a new worker.
                    Err(declined) => self.deliver_looked_up(key, &[], declined.into_message()),
                }
            }
            _ => self.deliver_onward(route, message),
        }
    }

    #[inline(never)]
    fn deliver_onward<M: Message>(
        &self,
        route: &[Address],
        message: Routed<M>,
    ) -> Result<(), Stalled<M>> {
        let Some((address, onward)) = route.split_first() else {
            let why = "the message has an empty route";
            return Err(failed(ErrorKind::NoRoute, why, message.into_body()));
        };
        if let Some(replier) = address.replier() {
            let answered = replier.answer(message.into_body());
            return answered.map_err(Stalled::Failed);
        }
        let key = Key::of(address);
        let Some(link) = recent::link(self.id, key) else {
            return self.deliver_looked_up(key, onward, message);
        };
        match link.push_on(onward, message) {
            Ok(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            // By now, the address may belong to another link.
            Err(Declined::Unsent(message, error)) if error.kind() == ErrorKind::Stopped => {
                self.deliver_looked_up(key, onward, message)
            }
            Err(declined) => Err(Stalled::Declined(link.resident, declined)),
        }
    }

    /// Delivers a message to an address, as the registry has it.
    #[inline(never)]
    fn deliver_looked_up<M: Message>(
        &self,
        key: Key<'_>,
        onward: &[Address],
        message: Routed<M>,
    ) -> Result<(), Stalled<M>> {
        let again = recent::comes_again(key);
        let shard = self.registry.read(key);
        let found = match shard.get(key.address) {
            // What is remembered, or can't be pushed without more ado, is pushed behind the lock.
            Some(entry) if again || !onward.is_empty() => Found::Entry(entry.clone(), message),
            Some(entry) => entry.push_here(message),
            None => Found::Nobody(message),
        };
        drop(shard);
        match found {
            Found::Pushed(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            Found::Entry(entry, message) => {
                let pushed = entry.push_on(onward, message).map(Wakeup::wake);
                let pushed = pushed.map_err(|declined| {
                    let resident = entry.resident.clone();
                    Stalled::Declined(resident, declined)
                });
                if again {
                    recent::keep(self.id, key, entry);
                }
                pushed
            }
            Found::Nobody(message) => {
                recent::forget(key);
                self.deliver_dialled(key.address, onward, message)
            }
        }
    }

    /// Finds out what is at an address. If it is one of another network, it is dialled on first use.
    pub(crate) fn find(&self, address: &Address) -> Result<Entry> {
        match self.registry.look_up(address) {
            Some(entry) => Ok(entry),
            None => self.dial(address),
        }
    }

    /// Connects to an address at which nobody is, if it is one of another network.
    #[cold]
    fn dial(&self, address: &Address) -> Result<Entry> {
        if address.is_local() {
            return Err(self.nobody_at(address));
        }
        self.transports.dial(address)?;
        self.registry.look_up(address).ok_or_else(|| {
            // It has failed already.
            let why = format!("{address} can't be connected to");
            Error::new(ErrorKind::NoRoute, why)
        })
    }

    #[cold]
    fn deliver_dialled<M: Message>(
        &self,
        address: &Address,
        onward: &[Address],
        message: Routed<M>,
    ) -> Result<(), Stalled<M>> {
        match self.dial(address) {
            Ok(entry) => {
                let pushed = entry.push_on(onward, message).map(Wakeup::wake);
                pushed.map_err(|declined| Stalled::Declined(entry.resident, declined))
            }
            Err(error) => {
                let error = error.with_undelivered(message.into_body());
                Err(Stalled::Failed(error))
            }
        }
    }

    #[cold]
    fn nobody_at(&self, address: &Address) -> Error {
        if self.stopping.has_begun() {
            let why = format!("nothing is at {address} any more: the node stops");
            return Error::new(ErrorKind::Stopped, why);
        }
        let why = format!("nothing is at {address}");
        Error::new(ErrorKind::UnknownAddress, why)
    }
}

/// What a look-up has come to, with the message that isn't delivered yet.
enum Found<M> {
    Pushed(Wakeup),
    Entry(Entry, Routed<M>),
    Nobody(Routed<M>),
}

impl Entry {
    /// Takes in a message under the lock of the registry, if that takes no more than a place in a
    /// mailbox.
    #[inline]
    fn push_here<M: Message>(&self, message: Routed<M>) -> Found<M> {
        let Some(resident) = self.resident_for(&message) else {
            return Found::Entry(self.clone(), message);
        };
        match resident.push(None, message) {
            Ok(wakeup) => Found::Pushed(wakeup),
            Err(declined) => Found::Entry(self.clone(), declined.into_message()),
        }
    }

    /// Returns the resident, if it takes the message as it is.
    #[inline]
    fn resident_for<M: Message>(&self, message: &Routed<M>) -> Option<&Resident<M>> {
        match (&self.arrival, message.arrival()) {
            (None, None) => self.resident.downcast_ref(),
            _ => None,
        }
    }

    /// Takes in a message at the end of its route, if there is room.
    #[inline]
    pub(crate) fn push<M: Message>(&self, message: Routed<M>) -> Result<Wakeup, Declined<M>> {
        match self.resident_for(&message) {
            Some(resident) => resident.push(None, message),
            None => self.push_otherwise(message),
        }
    }

    #[inline(never)]
    fn push_otherwise<M: Message>(&self, message: Routed<M>) -> Result<Wakeup, Declined<M>> {
        match (message.arrival(), &self.arrival) {
            (None, None) => self.resident.push(None, message),
            (None, Some(arrival)) => {
                let message = message.arrived(Some(arrival.clone()));
                self.resident.push(None, message)
            }
            (Some(_), _) => self.push_forwarded(&[], message),
        }
    }

    /// Takes in a message whose route goes on behind this entry, if there is room.
    fn push_on<M: Message>(
        &self,
        onward: &[Address],
        message: Routed<M>,
    ) -> Result<Wakeup, Declined<M>> {
        if onward.is_empty() {
            return self.push(message);
        }
        let Some(link) = self.resident.link() else {
            return self.push_forwarded(onward, message);
        };
        let (return_route, trace) = (message.return_route(), trace_of(&message));
        match send_out(&**link, onward, return_route, message.body(), trace) {
            Ok(()) => Ok(Wakeup::nobody()),
            Err(unsent) => {
                let arrival = self.arrival(onward, message.arrival());
                let message = message.arrived(Some(arrival));
                Err(match unsent {
                    Unsent::Full => Declined::Full(message),
                    Unsent::Refused(error) => Declined::Unsent(message, error),
                })
            }
        }
    }

    /// Takes in a message that has been elsewhere, or whose route goes on.
    fn push_forwarded<M: Message>(
        &self,
        onward: &[Address],
        message: Routed<M>,
    ) -> Result<Wakeup, Declined<M>> {
        let arrival = self.arrival(onward, message.arrival());
        self.resident.push(None, message.arrived(Some(arrival)))
    }

    /// Makes the arrival of a message here, with what it brings along from where it was before.
    fn arrival(&self, onward: &[Address], before: Option<&Arc<Arrival>>) -> Arc<Arrival> {
        Arc::new(Arrival {
            address: self.arrival.as_ref().and_then(|at| at.address.clone()),
            onward: onward.iter().collect(),
            origin: before.and_then(|before| before.origin.clone()),
            trace: before.and_then(|before| before.trace.clone()),
            return_route: before.map_or_else(Route::new, |before| before.return_route.clone()),
        })
    }

    /// Takes in a message from another node: with a ticket on the place granted to it, else if there
    /// is room.
    pub(crate) fn push_body(
        &self,
        ticket: Option<Ticket>,
        message: &Incoming<'_>,
    ) -> Result<(), Undelivered> {
        let Some(arrival) = self.arrival_of(message) else {
            return self.resident.push_body(ticket, message);
        };
        let message = Incoming {
            arrival: &arrival,
            ..message.clone()
        };
        self.resident.push_body(ticket, &message)
    }

    /// Takes in messages from another node that differ from `message` by their bodies only, as far as
    /// there is room.
    pub(crate) fn push_bodies(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> Delivery {
        let arrival = self.arrival_of(message);
        let message = Incoming {
            arrival: arrival.as_ref().unwrap_or(message.arrival),
            ..message.clone()
        };
        self.resident.push_bodies(&message, bodies)
    }

    /// Makes the arrival here of a message from another node, if another address than the first one was
    /// used.
    fn arrival_of(&self, message: &Incoming<'_>) -> Option<Arc<Arrival>> {
        let address = self.arrival.as_ref()?.address.clone()?;
        Some(Arc::new(Arrival {
            address: Some(address),
            ..Arrival::clone(message.arrival)
        }))
    }
}

fn failed<M: Message>(kind: ErrorKind, why: impl Into<String>, body: M) -> Stalled<M> {
    Stalled::Failed(Error::new(kind, why).with_undelivered(body))
}
