use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ockam_core::{Address, Error, ErrorKind, Message, Result, Route, Routed, reply};

use crate::deadline::{Deadline, Timer};
use crate::node::Node;
use crate::registry::Entry;
use crate::resident::{AnyResident, Declined};
use crate::router::{self, Stalled};

/// Sends messages in the name of an address.
pub(crate) struct Outbox {
    pub(crate) node: Arc<Node>,
    /// The return route of what is sent: the address in whose name.
    home: Route,
    recent: Mutex<Option<Box<Recent>>>,
    timer: Timer,
}

/// Where the last message went. A worker mostly writes to one address many times.
struct Recent {
    address: Address,
    /// Looked up when the address comes for the second time in a row: who writes to many addresses
    /// in turn doesn't pay for remembering them.
    entry: Option<Entry>,
}

/// The resident that would wait for itself if it waited for its own mailbox or answer. There is none
/// if it isn't the resident itself that waits.
pub(crate) type Waiting<'a> = Option<&'a dyn AnyResident>;

impl Outbox {
    pub(crate) fn new(node: Arc<Node>, home: Address) -> Self {
        Self {
            node,
            home: Route::from(home),
            recent: Mutex::new(None),
            timer: Timer::new(),
        }
    }

    pub(crate) fn home(&self) -> &Address {
        let home = self.home.first();
        home.expect("an outbox is created with an address")
    }

    /// Delivers a message, or waits for room up to the deadline of a send.
    #[inline]
    pub(crate) async fn send<M: Message>(
        &self,
        waiting: Waiting<'_>,
        route: Route,
        body: M,
    ) -> Result<()> {
        match self.deliver(&route, self.home.clone(), body) {
            Ok(()) => Ok(()),
            Err(stalled) => self.wait_for_room(waiting, stalled).await,
        }
    }

    /// Delivers a message, or gives it back.
    pub(crate) fn try_send<M: Message>(&self, route: Route, body: M) -> Result<()> {
        let delivered = self.deliver(&route, self.home.clone(), body);
        delivered.map_err(Stalled::into_error)
    }

    /// Delivers a message along its onward route, or waits for room.
    pub(crate) async fn pass_on<M: Message>(
        &self,
        waiting: Waiting<'_>,
        message: Routed<M>,
    ) -> Result<()> {
        let onward = message.onward_route().clone();
        match self.node.deliver(onward.as_slice(), message) {
            Ok(()) => Ok(()),
            Err(stalled) => self.wait_for_room(waiting, stalled).await,
        }
    }

    /// Delivers a question and waits for the answer.
    pub(crate) async fn ask<R: Message, M: Message>(
        &self,
        waiting: Waiting<'_>,
        route: Route,
        body: M,
        timeout: Duration,
    ) -> Result<R> {
        if leads_to(waiting, &route) {
            let why = format!("{route} asks itself, and can't answer while it waits");
            return Err(Error::new(ErrorKind::NoReply, why).with_undelivered(body));
        }
        let (replier, answer) = reply::slot::<R>();
        let return_route = Route::from(Address::from(replier));
        let mut deadline = self.deadline(timeout);
        if let Err(stalled) = self.deliver(&route, return_route, body) {
            Box::pin(wait(waiting, stalled, &mut deadline)).await?;
        }
        router::answered(&route, answer, &mut deadline).await
    }

    /// Returns the alarm that the owner's waits share.
    pub(crate) fn timer(&self) -> &Timer {
        &self.timer
    }

    fn deadline(&self, timeout: Duration) -> Deadline<'_> {
        Deadline::new(&self.node.runtime, timeout, Some(&self.timer))
    }

    /// Boxed, so that a send that doesn't wait has a small future.
    #[cold]
    fn wait_for_room<'a, M: Message>(
        &'a self,
        waiting: Waiting<'a>,
        stalled: Stalled<M>,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async move {
            let mut deadline = self.deadline(self.node.settings.send_timeout);
            wait(waiting, stalled, &mut deadline).await
        })
    }

    /// Delivers a message if there is room.
    #[inline]
    fn deliver<M: Message>(
        &self,
        route: &Route,
        return_route: Route,
        body: M,
    ) -> Result<(), Stalled<M>> {
        let mut message = Routed::new(body, return_route, None);
        if let [address] = route.as_slice() {
            match self.deliver_as_before(address, message) {
                Ok(delivered) => return delivered,
                Err(unknown) => message = unknown,
            }
        }
        self.node.deliver(route.as_slice(), message)
    }

    /// Delivers a message to where the last one went, without a look-up. Gives the message back if
    /// it goes elsewhere, and remembers the address.
    #[inline]
    fn deliver_as_before<M: Message>(
        &self,
        address: &Address,
        message: Routed<M>,
    ) -> Result<Result<(), Stalled<M>>, Routed<M>> {
        // Taken by somebody else, the lock isn't worth waiting for.
        let Ok(mut recent) = self.recent.try_lock() else {
            return Err(message);
        };
        let recent = match &mut *recent {
            Some(recent) if recent.address == *address => recent,
            other => {
                Recent::change(other, address);
                return Err(message);
            }
        };
        let Some(entry) = recent.look_up(&self.node) else {
            return Err(message);
        };
        match entry.push(message) {
            Ok(()) => Ok(Ok(())),
            Err(Declined::Full(message)) => {
                let resident = entry.resident.clone();
                Ok(Err(Stalled::Declined(resident, Declined::Full(message))))
            }
            Err(Declined::Closed(message) | Declined::WrongType(message)) => {
                // The address may belong to a new worker by now.
                recent.entry = None;
                Err(message)
            }
        }
    }
}

impl Recent {
    #[cold]
    fn change(place: &mut Option<Box<Self>>, address: &Address) {
        // An answer goes to each asker once; and the right to give it is not for keeping.
        if address.replier().is_some() {
            return;
        }
        let recent = Self {
            address: address.clone(),
            entry: None,
        };
        match place {
            Some(place) => **place = recent,
            None => *place = Some(Box::new(recent)),
        }
    }

    #[inline]
    fn look_up(&mut self, node: &Node) -> Option<&Entry> {
        if self.entry.is_none() && self.address.is_local() {
            self.entry = node.registry.look_up(&self.address);
        }
        self.entry.as_ref()
    }
}

/// Tells whether a route leads to the one who waits.
#[inline]
fn leads_to(waiting: Waiting<'_>, route: &Route) -> bool {
    let Some(waiting) = waiting else {
        return false;
    };
    let mut own = waiting.tenancy().addresses.as_slice().iter();
    own.any(|address| route.first() == Some(address))
}

/// Waits for room, unless only the one who waits could make it.
async fn wait<M: Message>(
    waiting: Waiting<'_>,
    stalled: Stalled<M>,
    deadline: &mut Deadline<'_>,
) -> Result<()> {
    match waiting {
        Some(waiting) if stalled.is_at(waiting.tenancy().id) => Err(stalled.into_error()),
        _ => stalled.wait(deadline).await,
    }
}
