use std::sync::{Arc, Mutex};
use std::time::Duration;

use ockam_core::{Address, Error, ErrorKind, Message, Result, Route, reply};

use crate::deadline::Deadline;
use crate::node::Node;
use crate::registry::Entry;
use crate::resident::AnyResident;
use crate::router::{self, Parcel, Stalled};

/// Sends messages in the name of an address.
pub(crate) struct Outbox {
    pub(crate) node: Arc<Node>,
    pub(crate) home: Address,
    /// The resident that would wait for itself if it waited for its own mailbox or answer.
    owner: Option<Arc<dyn AnyResident>>,
    recent: Mutex<Recent>,
}

/// Where the last message went. A worker mostly writes to one address many times.
#[derive(Default)]
struct Recent {
    address: Option<Address>,
    /// Looked up when the address comes for the second time in a row: who writes to many addresses
    /// in turn doesn't pay for remembering them.
    entry: Option<Entry>,
}

impl Outbox {
    /// Creates the outbox that a resident sends from by itself.
    pub(crate) fn of(node: Arc<Node>, owner: Arc<dyn AnyResident>) -> Self {
        let home = owner.tenancy().address().clone();
        Self {
            owner: Some(owner),
            ..Self::named(node, home)
        }
    }

    /// Creates an outbox for others that send in the name of `home`.
    pub(crate) fn named(node: Arc<Node>, home: Address) -> Self {
        Self {
            node,
            home,
            owner: None,
            recent: Mutex::default(),
        }
    }

    /// Delivers a message, or waits for room up to the deadline of a send.
    pub(crate) async fn send<M: Message>(&self, parcel: Parcel<M>) -> Result<()> {
        let Err(stalled) = self.try_deliver(parcel) else {
            return Ok(());
        };
        // Boxed, so that a send that doesn't wait has a small future.
        Box::pin(async move {
            let mut deadline = self.deadline(self.node.settings.send_timeout);
            self.wait(stalled, &mut deadline).await
        })
        .await
    }

    /// Delivers a message, or gives it back.
    pub(crate) fn try_send<M: Message>(&self, parcel: Parcel<M>) -> Result<()> {
        self.try_deliver(parcel).map_err(Stalled::into_error)
    }

    /// Delivers a question and waits for the answer.
    pub(crate) async fn ask<R: Message, M: Message>(
        &self,
        onward: Route,
        body: M,
        timeout: Duration,
    ) -> Result<R> {
        let asked = onward.first().cloned().unwrap_or_else(|| Address::from(""));
        if self.is_home(&asked) {
            let why = format!("{asked} asks itself, and can't answer while it waits");
            return Err(Error::new(ErrorKind::NoReply, why).with_undelivered(body));
        }
        let (replier, answer) = reply::slot::<R>();
        let parcel = Parcel {
            body,
            onward,
            return_route: Route::from(Address::from(replier)),
        };
        let mut deadline = self.deadline(timeout);
        if let Err(stalled) = self.try_deliver(parcel) {
            Box::pin(self.wait(stalled, &mut deadline)).await?;
        }
        router::answered(&asked, answer, &mut deadline).await
    }

    /// Puts a message into a parcel that names this outbox as its sender.
    pub(crate) fn parcel<M>(&self, onward: Route, body: M) -> Parcel<M> {
        Parcel {
            body,
            onward,
            return_route: Route::from(&self.home),
        }
    }

    fn deadline(&self, timeout: Duration) -> Deadline<'_> {
        Deadline::new(&self.node.runtime, timeout)
    }

    fn is_home(&self, address: &Address) -> bool {
        let owner = self.owner.as_ref();
        owner.is_some_and(|owner| owner.tenancy().addresses.as_slice().contains(address))
    }

    /// Waits for room, unless only the waiting resident itself could make it.
    async fn wait<M: Message>(
        &self,
        stalled: Stalled<M>,
        deadline: &mut Deadline<'_>,
    ) -> Result<()> {
        match &self.owner {
            Some(owner) if stalled.is_at(owner.tenancy().id) => Err(stalled.into_error()),
            _ => stalled.wait(deadline).await,
        }
    }

    fn try_deliver<M: Message>(&self, mut parcel: Parcel<M>) -> Result<(), Stalled<M>> {
        // Taken by somebody else, the lock isn't worth waiting for.
        let Ok(mut recent) = self.recent.try_lock() else {
            return self.node.deliver(parcel);
        };
        if !recent.remembers(&self.node, parcel.onward.first()) {
            drop(recent);
            return self.node.deliver(parcel);
        }
        let (Some(entry), Some(address)) = (&recent.entry, parcel.onward.pop_front()) else {
            return self.node.deliver(parcel);
        };
        match router::deliver_to(entry, parcel) {
            Err(Stalled::Closed(_, message)) => {
                // The address may belong to a new worker by now.
                recent.entry = None;
                drop(recent);
                let mut onward = message.onward_route().clone();
                onward.push_front(address);
                let (body, return_route, _) = message.into_parts();
                self.node.deliver(Parcel {
                    body,
                    onward,
                    return_route,
                })
            }
            delivered => delivered,
        }
    }
}

impl Recent {
    /// Tells whether it knows where `address` leads to, and remembers it for the next time.
    fn remembers(&mut self, node: &Node, address: Option<&Address>) -> bool {
        if self.address.as_ref() == address {
            if self.entry.is_none() {
                let local = address.filter(|address| address.is_local());
                self.entry = local.and_then(|address| node.registry.look_up(address));
            }
            return self.entry.is_some();
        }
        self.entry = None;
        self.address = address
            .filter(|address| address.replier().is_none())
            .cloned();
        false
    }
}
