use std::fmt;
use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use ockam_core::reply::Replier;
use ockam_core::{Address, Addresses, Error, ErrorKind, Result, Route};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::asker::Asker;
use super::{Attachment, Content, Incoming, Link, Recipient, Transport, Undelivered};
use crate::context::Context;
use crate::life::Life;
use crate::log;
use crate::mailbox::Turn;
use crate::node::Node;
use crate::panics::{called_caught, panic_message};
use crate::registry::Entry;
use crate::resident::{AnyResident, Receiver, Role, Tenancy};
use crate::task;

/// How long somebody on another node is taken to wait at most, unless this node's own asks wait longer:
/// peers say what they like.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// An instant so far ahead can still be told.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A transport's access to its node.
///
/// The node owns its transports and links, so that these don't own the node: it is gone when nobody else
/// holds it, as after the end of a runtime whose tasks did.
#[derive(Clone)]
pub struct Gateway {
    node: Weak<Node>,
    runtime: Handle,
}

impl Gateway {
    /// Returns the access to the node of a context.
    pub fn new(ctx: &Context) -> Self {
        let node = ctx.node();
        Self {
            node: Arc::downgrade(node),
            runtime: node.runtime.clone(),
        }
    }

    /// Keeps the node as long as the return value: for the tasks by which others reach it.
    ///
    /// # Errors
    ///
    /// `Stopped` if it is gone.
    pub fn hold(&self) -> Result<Held> {
        self.node().map(Held)
    }

    fn node(&self) -> Result<Arc<Node>> {
        let gone = || Error::new(ErrorKind::Stopped, "the node is gone");
        self.node.upgrade().ok_or_else(gone)
    }

    /// Adds a transport to the node: addresses of its type are dialled on first use.
    ///
    /// # Errors
    ///
    /// `AddressTaken` if the node has a transport of this type, and `Stopped` if it stops.
    pub fn register(&self, transport: Arc<dyn Transport>) -> Result<()> {
        let (node, served) = (self.node()?, transport.address_type());
        node.transports.add(transport)?;
        // Looked at behind it: a stop either finds the transport, or is seen here.
        let goes_on = node.stopping.check();
        goes_on.inspect_err(|_| node.transports.remove(served))
    }

    /// Attaches a link at an address, until the return value is dropped.
    ///
    /// # Errors
    ///
    /// `AddressTaken`, and `Stopped` if the node stops.
    pub fn attach(&self, address: &Address, link: Arc<dyn Link>) -> Result<Attached> {
        let node = self.node()?;
        let tenancy = Tenancy {
            id: node.next_id(),
            addresses: Addresses::from(address),
            role: Role::Link,
            life: Life::new(),
        };
        let resident: Arc<dyn AnyResident> = Arc::new(Attachment { tenancy, link });
        node.registry.insert(&resident).map_err(|address| {
            let why = format!("{address} is taken");
            Error::new(ErrorKind::AddressTaken, why)
        })?;
        let attached = Attached {
            node: self.node.clone(),
            resident: Arc::downgrade(&resident),
        };
        node.stopping.check()?;
        Ok(attached)
    }

    /// Finds out who is at an address. If it is one of another network, it is connected to on first use.
    ///
    /// # Errors
    ///
    /// If nobody is there.
    pub fn find(&self, address: &Address) -> Result<Recipient> {
        self.node()?.find(address).map(Recipient)
    }

    /// Hands an answer from another node to the one who asked.
    ///
    /// # Errors
    ///
    /// If it isn't what the asker waits for, or nobody waits.
    pub fn answer(asker: &Replier, content: &Content<'_>) -> Result<()> {
        let answered = called_caught(|| asker.answer_body(content.body, content.type_name));
        answered.unwrap_or_else(|panic| {
            let why = panic_message(&*panic);
            let why = format!("the `Deserialize` of the answer panicked: {why}");
            Err(Error::new(ErrorKind::WrongType, why))
        })
    }

    /// Tells whether the node goes on.
    ///
    /// # Errors
    ///
    /// `Stopped` if it stops.
    pub fn check(&self) -> Result<()> {
        self.node()?.stopping.check()
    }

    /// Delivers a message from another node to whoever is at an address, and waits while there is no
    /// room.
    ///
    /// # Errors
    ///
    /// If it can't be delivered.
    ///
    /// # Cancel safety
    ///
    /// A message whose delivery was dropped before it was done was not delivered.
    pub async fn deliver_in_turn(&self, address: &Address, message: &Incoming<'_>) -> Result<()> {
        loop {
            let Recipient(entry) = self.find(address)?;
            let mut pushed = entry.push_body(None, message);
            if let Err(Undelivered::Full) = pushed {
                pushed = match entry.resident.receiver() {
                    Receiver::Mailbox(turnstile) => {
                        let mut turn = Turn::new(turnstile);
                        (&mut turn).await;
                        entry.push_body(turn.into_ticket(), message)
                    }
                    Receiver::Link(link) => {
                        link.room(message.onward()).await;
                        entry.push_body(None, message)
                    }
                };
            }
            match pushed {
                Ok(()) => return Ok(()),
                Err(Undelivered::Failed(error)) => return Err(error),
                Err(Undelivered::Full) => {}
            }
        }
    }

    /// Returns the right to answer somebody who asks by a link and waits at the end of `onward`.
    pub fn asker(&self, link: &Arc<dyn Link>, onward: Route, remaining: Duration) -> Replier {
        let own = self.node().map(|node| node.settings.ask_timeout);
        let longest = own.map_or(LONGEST, |own| LONGEST.max(own).min(CENTURY));
        let ends = Instant::now() + remaining.min(longest);
        let link = Arc::downgrade(link);
        Replier::remote(Asker { link, onward, ends })
    }

    /// Tells the sender of so many messages that were sent to another node what became of each.
    pub fn report(&self, sender: &Address, failure: Error, messages: u64) {
        let untold = match (sender.replier(), self.look_up(sender)) {
            (Some(asker), _) => asker.fail(failure),
            (None, Some(entry)) => entry.resident.undelivered(failure, messages),
            (None, None) => Err(failure),
        };
        if let Err(failure) = untold {
            self.lose(sender, &failure, messages);
        }
    }

    /// Counts and logs messages that nobody can be told of.
    pub fn lose(&self, address: &Address, why: &Error, messages: u64) {
        self.count_lost(messages);
        match messages {
            1 => log::warn(address, format_args!("a message was lost: {why:#}")),
            many => log::warn(address, format_args!("{many} messages were lost: {why:#}")),
        }
    }

    /// Counts messages that nobody can be told of.
    pub fn count_lost(&self, messages: u64) {
        if let Ok(node) = self.node() {
            node.add_dead_letters(messages);
        }
    }

    /// Writes a warning to the log of the node.
    pub fn warn(&self, message: fmt::Arguments<'_>) {
        if let Ok(node) = self.node() {
            log::warn_node(&node.settings.name, message);
        }
    }

    /// Tells whether a worker of this node is at an address.
    pub fn is_worker(&self, address: &Address) -> bool {
        let entry = self.look_up(address);
        entry.is_some_and(|entry| entry.resident.link().is_none())
    }

    /// Returns the link that is attached at an address.
    pub fn link(&self, address: &Address) -> Option<Arc<dyn Link>> {
        self.look_up(address)?.resident.link().cloned()
    }

    fn look_up(&self, address: &Address) -> Option<Entry> {
        self.node.upgrade()?.registry.look_up(address)
    }

    /// Runs a future on the runtime of the node, in a task of its own.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        task::spawn(&self.runtime, future)
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let node = self.node.upgrade();
        let name = node.as_ref().map(|node| &node.settings.name);
        f.debug_tuple("Gateway").field(&name).finish()
    }
}

/// A node that is kept.
pub struct Held(#[expect(dead_code, reason = "it is there to be dropped")] Arc<Node>);

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}

/// A link at its address. Dropped, it gives the address back.
///
/// Mostly the link itself has it, which the resident owns, and the node that one.
pub struct Attached {
    node: Weak<Node>,
    resident: Weak<dyn AnyResident>,
}

impl Drop for Attached {
    fn drop(&mut self) {
        if let (Some(node), Some(resident)) = (self.node.upgrade(), self.resident.upgrade()) {
            node.registry.remove(resident.tenancy());
            resident.tenancy().life.end();
        }
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resident = self.resident.upgrade();
        let address = resident.as_ref().map(|it| it.tenancy().address());
        f.debug_tuple("Attached").field(&address).finish()
    }
}
