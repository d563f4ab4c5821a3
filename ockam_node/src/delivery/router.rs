//! Delivery of a message to the destination of the first address on its route.
//!
//! ```text
//!  route ─┬─ the right to answer ──▶ the slot where an ask waits
//!         └─ first address ─┬─ a mailbox ───────▶ pushed
//!                           ├─ a link ──────────▶ encoded, and sent to another node
//!                           └─ nothing ─┬─ local ─────────▶ refused
//!                                       └─ another type ──▶ dialled on first use
//! ```
//!
//! The other addresses travel with the message as its onward route.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ockam_core::{Address, Error, ErrorKind, Message, Result, Route, Routed};

use super::address_cache;
use super::any_endpoint::Room;
use super::destination::{Destination, MailboxEntry};
use super::hashed_address::HashedAddress;
use super::node_name::NodeNumber;
use super::nothing::Nothing;
use super::registry::Registry;
use super::transports::Transports;
use super::wait::Waiting;
use crate::mailbox::Wakeup;
use crate::send_error::SendError;

/// Finds the destination of a message and delivers it.
pub(crate) struct Router {
    /// The number of the node in this process, for the address caches.
    node: u64,
    nothing: Nothing,
    pub(crate) registry: Registry,
    pub(crate) transports: Transports,
    /// Whether the node stops. An address that is not found is then `Stopped` and not `UnknownAddress`.
    is_stopping: AtomicBool,
    /// Opens a mailbox at a local address where nothing is. Only a worker that is tested alone has one.
    #[cfg(feature = "test-util")]
    pub(crate) stand_in: std::sync::OnceLock<StandIn>,
}

/// Opens a mailbox at an address.
#[cfg(feature = "test-util")]
pub(crate) type StandIn = Box<dyn Fn(&Address) + Send + Sync>;

/// The largest number of addresses in the route and in the return route of a message that goes further.
///
/// Each worker that forwards a message copies the return route, so without a bound the work would be
/// quadratic in the length of a route that a peer has sent.
const MAX_ROUTE_ADDRESSES: usize = 1_024;

impl Router {
    /// Creates the router of a node, with the name that errors show.
    pub(crate) fn new(name: Option<&str>) -> Self {
        static NODES: AtomicU64 = AtomicU64::new(0);
        let node = NODES.fetch_add(1, Ordering::Relaxed);
        Self {
            node,
            nothing: Nothing::new(node, name),
            registry: Registry::new(),
            transports: Transports::new(),
            is_stopping: AtomicBool::new(false),
            #[cfg(feature = "test-util")]
            stand_in: std::sync::OnceLock::new(),
        }
    }

    /// Delivers a message to the first address of a route, if there is room. The others travel with it.
    ///
    /// # Errors
    ///
    /// Returns [`SendError::Full`] if the sender can wait for room, else [`SendError::Failed`].
    #[inline]
    pub(crate) fn deliver<M: Message>(
        &self,
        route: &Route,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        let Some(address) = route.as_single() else {
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
        let pushed = match entry.plain_endpoint(&message) {
            Some(endpoint) => endpoint.mailbox.try_push(message),
            None => entry.push_onward(None, Route::new(), message),
        };
        drop(entry);
        match pushed {
            Ok(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            // The address may belong to a new worker by now.
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
        let addresses = route.len().max(message.return_route().len());
        if addresses > MAX_ROUTE_ADDRESSES {
            return Err(SendError::Failed(message, too_long(address, addresses)));
        }
        let key = HashedAddress::of(address);
        let onward = route.rest();
        let Some(link) = address_cache::link(self.node, key) else {
            return self.deliver_looked_up(key, onward, message);
        };
        match link.send(onward.hops(), message, false) {
            // The address may belong to another link by now.
            Err(SendError::Failed(message, error)) if error.kind() == ErrorKind::Stopped => {
                self.deliver_looked_up(key, onward, message)
            }
            sent => sent,
        }
    }

    /// Delivers a message to an address that the registry looks up.
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
            // A destination that is to be cached, or that does more than push, is cloned and used after
            // the lock is released.
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
                    Err(error) => Err(SendError::Failed(
                        message,
                        self.nothing.explain(error, key.address, &self.registry),
                    )),
                }
            }
        }
    }

    /// Prepares the wait for room of a message that was [refused](Self::deliver).
    ///
    /// # Errors
    ///
    /// Returns an error if the message was refused for another reason, or if the address leads nowhere
    /// any more. The error holds the message.
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

    /// Finds the destination of an address. An address of another network is dialled on first use.
    pub(crate) fn find(&self, address: &Address) -> Result<Destination> {
        match self.registry.look_up(address) {
            Some(found) => Ok(found),
            None => self.dial(address),
        }
    }

    /// Connects to an address without a destination, if it belongs to another network.
    #[cold]
    fn dial(&self, address: &Address) -> Result<Destination> {
        if address.is_local() {
            #[cfg(feature = "test-util")]
            if let Some(found) = self.stand_in_at(address) {
                return Ok(found);
            }
            return Err(self.nothing_at(address));
        }
        self.transports.dial(address)?;
        self.registry.look_up(address).ok_or_else(|| {
            // The connection has failed already.
            let why = format!("{address} can't be connected to");
            Error::new(ErrorKind::NoRoute, why)
        })
    }

    /// Returns an error if the node stops.
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

    #[cfg(feature = "test-util")]
    fn stand_in_at(&self, address: &Address) -> Option<Destination> {
        self.stand_in.get().inspect(|open| open(address))?;
        self.registry.look_up(address)
    }

    /// Returns the number of the node, which prints its name.
    pub(crate) fn number(&self) -> NodeNumber {
        self.nothing.node()
    }

    #[cold]
    fn nothing_at(&self, address: &Address) -> Error {
        if self.is_stopping.load(Ordering::Acquire) {
            let why = format!("nothing is at {address} any more: the node stops");
            return Error::new(ErrorKind::Stopped, why);
        }
        self.nothing.at(address)
    }

    /// Creates the error of a call of this node for an address where nothing is. It says what may have been meant.
    #[cold]
    pub(crate) fn nothing_found_at(&self, address: &Address) -> Error {
        self.nothing.found_at(address, &self.registry)
    }
}

/// The result of a look-up, with the message if it has not been pushed.
enum LookedUp<M> {
    Pushed(Wakeup),
    Found(Destination, Routed<M>),
    Nothing(Routed<M>),
}

/// Pushes a message under the lock of the registry, if a push is all that is needed.
#[inline]
fn push_under_lock<M: Message>(entry: &MailboxEntry, message: Routed<M>) -> LookedUp<M> {
    let found = |message| LookedUp::Found(Destination::Mailbox(entry.clone()), message);
    let Some(endpoint) = entry.plain_endpoint(&message) else {
        return found(message);
    };
    match endpoint.mailbox.try_push(message) {
        Ok(wakeup) => LookedUp::Pushed(wakeup),
        Err(refused) => found(refused.into_message()),
    }
}

/// Sends a message to a destination. Every refusal but [`SendError::Full`] becomes
/// [`SendError::Failed`] here, where the destination is known and can be named.
fn send_to<M: Message>(
    found: &Destination,
    onward: Route,
    message: Routed<M>,
) -> Result<(), SendError<Routed<M>>> {
    found
        .send(Room::Mailbox(None), onward, message)
        .map_err(|refused| found.explain(refused))
}

#[cold]
fn too_long(next: &Address, addresses: usize) -> Error {
    let why = format!(
        "a route of {addresses} addresses, next {next}, exceeds the limit of {MAX_ROUTE_ADDRESSES}"
    );
    Error::new(ErrorKind::InvalidInput, why)
}

/// Completes an ask, if the route is only a right to answer.
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
