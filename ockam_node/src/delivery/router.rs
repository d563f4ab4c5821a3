//! The way of a message to what the next address on its route leads to.
//!
//! ```text
//!  route ─┬─ the right to answer ──▶ the slot where an ask waits
//!         └─ first address ─┬─ a mailbox ───────▶ pushed
//!                           ├─ a link ──────────▶ encoded, and sent to another node
//!                           └─ nothing ─┬─ local ─────────▶ refused
//!                                       └─ another type ──▶ dialled on first use
//! ```
//!
//! The other addresses travel with the message, as its onward route.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ockam_core::{Address, Error, ErrorKind, Message, Result, Route, Routed};

use super::address_cache;
use super::destination::{Destination, MailboxEntry};
use super::hashed_address::HashedAddress;
use super::registry::Registry;
use super::transports::Transports;
use super::wait::Waiting;
use crate::mailbox::Wakeup;
use crate::send_error::SendError;

/// Knows what each address of a node leads to, and delivers messages there.
pub(crate) struct Router {
    /// Tells the node from all others of the process.
    node: u64,
    pub(crate) registry: Registry,
    pub(crate) transports: Transports,
    /// Whether the node stops: workers that are not found have stopped.
    is_stopping: AtomicBool,
}

impl Router {
    pub(crate) fn new() -> Self {
        static NODES: AtomicU64 = AtomicU64::new(0);
        Self {
            node: NODES.fetch_add(1, Ordering::Relaxed),
            registry: Registry::new(),
            transports: Transports::new(),
            is_stopping: AtomicBool::new(false),
        }
    }

    /// Delivers a message to the first address of a route, if there is room. The others go with it.
    ///
    /// # Errors
    ///
    /// [`SendError::Full`] if it is worth waiting for room, else [`SendError::Failed`].
    #[inline]
    pub(crate) fn deliver<M: Message>(
        &self,
        route: &Route,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        let hops = route.hops();
        let ([address], None) = (hops.addresses(), hops.reply_to()) else {
            return self.deliver_onward(route, message);
        };
        // The message is not moved before it is pushed: copying what was just written in pieces takes
        // as long as a lock (see the page on how it works inside, "store forwarding").
        let key = HashedAddress::of(address);
        let cache = address_cache::of_thread();
        let cache = cache.as_ref();
        let Some(entry) = cache.and_then(|cache| cache.mailbox(self.node, key)) else {
            return self.deliver_looked_up(key, Route::new(), message);
        };
        let pushed = entry.push(message);
        drop(entry);
        match pushed {
            Ok(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            // By now, the address may belong to a new worker.
            Err(refused) => self.deliver_looked_up(key, Route::new(), refused.into_message()),
        }
    }

    #[inline(never)]
    fn deliver_onward<M: Message>(
        &self,
        route: &Route,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        let Some(address) = route.first() else {
            return answer(route, message);
        };
        let key = HashedAddress::of(address);
        let onward = route.rest();
        let Some(link) = address_cache::link(self.node, key) else {
            return self.deliver_looked_up(key, onward, message);
        };
        match link.send(onward.hops(), message) {
            // By now, the address may belong to another link.
            Err(SendError::Failed(message, error)) if error.kind() == ErrorKind::Stopped => {
                self.deliver_looked_up(key, onward, message)
            }
            sent => sent,
        }
    }

    /// Delivers a message to an address, as the registry has it.
    #[inline(never)]
    fn deliver_looked_up<M: Message>(
        &self,
        key: HashedAddress<'_>,
        onward: Route,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        let again = address_cache::comes_again(key);
        let shard = self.registry.read(key);
        let looked_up = match shard.get(key.address) {
            // What is to be cached, or does more than push, is cloned and used behind the lock.
            Some(found) if again || !onward.is_empty() => LookedUp::Found(found.clone(), message),
            Some(Destination::Mailbox(entry)) => push_under_lock(entry, message),
            Some(found) => LookedUp::Found(found.clone(), message),
            None => LookedUp::Nothing(message),
        };
        drop(shard);
        match looked_up {
            LookedUp::Pushed(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            LookedUp::Found(found, message) => {
                let sent = send_to(&found, onward, message);
                if again {
                    address_cache::insert(self.node, key, found);
                }
                sent
            }
            LookedUp::Nothing(message) => {
                address_cache::remove(key);
                match self.dial(key.address) {
                    Ok(found) => send_to(&found, onward, message),
                    Err(error) => Err(SendError::Failed(message, error)),
                }
            }
        }
    }

    /// Returns where a message that was [refused](Self::deliver) can wait for room.
    ///
    /// # Errors
    ///
    /// If it was refused for another reason, or nothing is there any more. The error holds the message.
    #[cold]
    pub(crate) fn waiting<M: Message>(
        &self,
        route: &Route,
        refused: SendError<Routed<M>>,
    ) -> Result<Waiting<M>> {
        let found = match &refused {
            SendError::Full(_) => route.first().map(|address| self.find(address)),
            _ => None,
        };
        match (refused, found) {
            (SendError::Full(message), Some(Ok(found))) => {
                Ok(Waiting::new(found, route.rest(), message))
            }
            (SendError::Failed(message, error), _)
            | (SendError::Full(message), Some(Err(error))) => {
                Err(error.with_undelivered(message.into_body()))
            }
            (refused, _) => {
                let error = Error::new(ErrorKind::Stopped, format!("{route} has stopped"));
                Err(error.with_undelivered(refused.into_message().into_body()))
            }
        }
    }

    /// Finds out what an address leads to. If it is one of another network, it is dialled on first use.
    pub(crate) fn find(&self, address: &Address) -> Result<Destination> {
        match self.registry.look_up(address) {
            Some(found) => Ok(found),
            None => self.dial(address),
        }
    }

    /// Connects to an address that leads nowhere, if it is one of another network.
    #[cold]
    fn dial(&self, address: &Address) -> Result<Destination> {
        if address.is_local() {
            return Err(self.nothing_at(address));
        }
        self.transports.dial(address)?;
        self.registry.look_up(address).ok_or_else(|| {
            // It has failed already.
            let why = format!("{address} can't be connected to");
            Error::new(ErrorKind::NoRoute, why)
        })
    }

    /// Refuses what a node that stops doesn't begin any more.
    pub(crate) fn check_running(&self) -> Result<()> {
        if self.is_stopping.load(Ordering::Acquire) {
            return Err(Error::new(ErrorKind::Stopped, "the node stops"));
        }
        Ok(())
    }

    /// Notes that the node stops.
    pub(crate) fn set_stopping(&self) {
        self.is_stopping.store(true, Ordering::Release);
    }

    #[cold]
    fn nothing_at(&self, address: &Address) -> Error {
        if self.is_stopping.load(Ordering::Acquire) {
            let why = format!("nothing is at {address} any more: the node stops");
            return Error::new(ErrorKind::Stopped, why);
        }
        let why = format!("nothing is at {address}");
        Error::new(ErrorKind::UnknownAddress, why)
    }
}

/// What a look-up has come to, with the message that isn't delivered yet.
enum LookedUp<M> {
    Pushed(Wakeup),
    Found(Destination, Routed<M>),
    Nothing(Routed<M>),
}

/// Pushes a message under the lock of the registry, if that takes no more than a place in a mailbox.
#[inline]
fn push_under_lock<M: Message>(entry: &MailboxEntry, message: Routed<M>) -> LookedUp<M> {
    let found = |message| LookedUp::Found(Destination::Mailbox(entry.clone()), message);
    let Some(endpoint) = entry.plain_endpoint(&message) else {
        return found(message);
    };
    match endpoint.push(None, message) {
        Ok(wakeup) => LookedUp::Pushed(wakeup),
        Err(refused) => found(refused.into_message()),
    }
}

/// Sends a message to what its first address leads to. What is worth no wait becomes
/// [`SendError::Failed`] here, where it is known who refused it.
fn send_to<M: Message>(
    found: &Destination,
    onward: Route,
    message: Routed<M>,
) -> Result<(), SendError<Routed<M>>> {
    found
        .send(None, onward, message)
        .map_err(|refused| found.explain(refused))
}

/// Completes an ask, if that is what a route without an address does.
#[inline(never)]
fn answer<M: Message>(route: &Route, message: Routed<M>) -> Result<(), SendError<Routed<M>>> {
    let Some(reply_to) = route.reply_to() else {
        let error = Error::new(ErrorKind::NoRoute, "the message has an empty route");
        return Err(SendError::Failed(message, error));
    };
    reply_to.answer(message.into_body()).map_err(|mut error| {
        let body = error.take();
        let body = body.expect("an answer that is refused comes back in the error");
        SendError::Failed(Routed::new(body, Route::new()), error)
    })
}
