use std::any::Any;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use ockam_core::reply::ReplyTo;
use ockam_core::{Address, Addresses, Error, ErrorKind, Result, Route};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::guards::{AddressGuard, LinkGuard, NodeGuard};
use super::remote_asker::RemoteAsker;
use super::{Content, Incoming, Link, Recipient, SendError, Transport};
use crate::context::{Context, Ended, watch_end};
use crate::delivery::{
    Destination, LinkEndpoint, Registration, Role, Target, send_incoming_when_room,
};
use crate::log::{self, Trouble};
use crate::mailbox::Signal;
use crate::node::Node;
use crate::panics::catch;
use crate::task;
use crate::time::clock;

/// The longest time that an asker on another node is assumed to wait, unless the asks of this node wait
/// longer. A peer can announce any time.
const MAX_REMOTE_WAIT: Duration = Duration::from_secs(10 * 60);

/// The access of a transport to its node.
///
/// The node owns its transports and links, so they hold it weakly. The node is dropped when its
/// contexts, senders and handles are dropped, for instance with the tasks of a runtime that has ended.
#[derive(Clone)]
pub struct Gateway {
    node: Weak<Node>,
    runtime: Handle,
}

impl Gateway {
    /// Creates the access to the node of a context.
    pub fn new(ctx: &Context) -> Self {
        let node = ctx.node();
        Self {
            node: Arc::downgrade(node),
            runtime: Handle::clone(&node.runtime),
        }
    }

    /// Keeps the node alive as long as the return value, for tasks through which others reach it.
    ///
    /// # Errors
    ///
    /// Returns `Stopped` if the node has been dropped.
    pub fn hold(&self) -> Result<NodeGuard> {
        self.node().map(NodeGuard)
    }

    pub(super) fn node(&self) -> Result<Arc<Node>> {
        let gone = || Error::new(ErrorKind::Stopped, "the node is gone");
        self.node.upgrade().ok_or_else(gone)
    }

    /// Adds a transport to the node. Addresses of its type are then dialled on first use.
    ///
    /// # Errors
    ///
    /// Returns `AddressTaken` if the node has a transport of this type, and `Stopped` if the node stops.
    pub fn register(&self, transport: Arc<dyn Transport>) -> Result<()> {
        let node = self.node()?;
        node.router.transports.add(transport.clone())?;
        // This is checked after the transport was added: either the stop finds it, or this sees the
        // stop.
        let goes_on = node.router.check_running();
        goes_on.inspect_err(|_| node.router.transports.remove(&transport))
    }

    /// Attaches a link at an address, until the return value is dropped.
    ///
    /// # Errors
    ///
    /// Returns `AddressTaken`, and `Stopped` if the node stops.
    pub fn attach(&self, address: &Address, link: Arc<dyn Link>) -> Result<LinkGuard> {
        let node = self.node()?;
        let addresses = Addresses::from(address);
        let link = Arc::new(LinkEndpoint {
            registration: Registration::new(
                node.next_id(),
                addresses,
                Role::Link,
                node.router.number(),
            ),
            link,
        });
        node.router.registry.insert_link(&link).map_err(|address| {
            let why = format!("{address} is taken");
            Error::new(ErrorKind::AddressTaken, why)
        })?;
        let guard = LinkGuard {
            node: self.node.clone(),
            link: Arc::downgrade(&link),
        };
        node.router.check_running()?;
        Ok(guard)
    }

    /// Notes that whoever sends to an address has to prove first who it is, until the return value is dropped.
    ///
    /// # Errors
    ///
    /// Returns `Stopped` if the node has been dropped.
    pub fn guard(&self, address: &Address) -> Result<AddressGuard> {
        self.node()?.guarded.add(address.clone());
        Ok(AddressGuard {
            node: self.node.clone(),
            address: address.clone(),
        })
    }

    /// Tells whether whoever sends to an address has to prove first who it is.
    pub fn is_guarded(&self, address: &Address) -> bool {
        self.node().is_ok_and(|node| node.guarded.contains(address))
    }

    /// Finds the recipient at an address. An address of another network is dialled on first use.
    ///
    /// # Errors
    ///
    /// Returns an error if the address leads nowhere.
    pub fn find(&self, address: &Address) -> Result<Recipient> {
        self.node()?.router.find(address).map(Recipient)
    }

    /// Completes an ask with an answer from another node.
    ///
    /// # Errors
    ///
    /// Returns an error if the answer is of another type than the asker waits for, or the ask has
    /// ended.
    pub fn answer(asker: &ReplyTo, content: &Content<'_>) -> Result<()> {
        let answered = catch(|| asker.answer_body(content.body, content.body_type));
        answered.unwrap_or_else(|panic| {
            let why = panic.message();
            let why = format!("the `Deserialize` of the answer panicked: {why}");
            Err(Error::new(ErrorKind::WrongType, why))
        })
    }

    /// Returns an error if the node stops.
    ///
    /// # Errors
    ///
    /// Returns `Stopped` if the node stops.
    pub fn check(&self) -> Result<()> {
        self.node()?.router.check_running()
    }

    /// Delivers a message from another node to an address, and waits while there is no room.
    ///
    /// # Errors
    ///
    /// Returns an error if the message can't be delivered.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the message was not delivered.
    pub async fn deliver_when_room(&self, address: &Address, message: &Incoming<'_>) -> Result<()> {
        let Recipient(destination) = self.find(address)?;
        let mut sent = destination.send_incoming(None, message);
        if let Err(SendError::Full(())) = sent {
            sent = send_incoming_when_room(&destination, message).await;
        }
        sent.map_err(|refused| destination.error_of_incoming(refused))
    }

    /// Returns the right to answer an asker that asks through a link and waits at the end of `onward`. It keeps
    /// what the link has `reserved` for the report of a failure.
    pub fn reply_to(
        &self,
        link: &Arc<dyn Link>,
        onward: Route,
        remaining: Duration,
        reserved: Box<dyn Any + Send + Sync>,
    ) -> ReplyTo {
        let own = self.node().map(|node| node.settings.ask_timeout);
        let longest = own.map_or(MAX_REMOTE_WAIT, |own| MAX_REMOTE_WAIT.max(own));
        ReplyTo::remote(RemoteAsker {
            link: Arc::downgrade(link),
            address: onward.last().cloned().unwrap_or_else(|| Address::local("")),
            onward,
            ends: clock::nanos_of(clock::after(remaining.min(longest))),
            _reserved: reserved,
        })
    }

    /// Returns how long an asker will still wait, as far as this node knows.
    pub fn time_left(asker: &ReplyTo) -> Duration {
        let left = asker.ends(&clock::now_nanos);
        let left = Duration::from_nanos(left.saturating_sub(clock::now_nanos()));
        left.min(asker.timeout())
    }

    /// Reports the failure of `messages` messages to the worker that sent them to another node.
    pub fn report(&self, sender: &Address, failure: Error, messages: u64) {
        if let Err(failure) = self.signal(sender, failure, messages) {
            self.lose(sender, &failure, messages);
        }
    }

    /// Ends an ask with an error. Its question was sent to another node.
    pub fn fail(&self, reply_to: &ReplyTo, failure: Error) {
        if let Err(failure) = reply_to.fail(failure) {
            self.count_lost(None, &failure, 1);
            self.warn(format_args!("an answered question was lost: {failure:#}"));
        }
    }

    fn signal(&self, sender: &Address, failure: Error, messages: u64) -> Result<()> {
        match self.look_up(sender) {
            Some(Destination::Mailbox(entry)) => {
                match entry
                    .endpoint
                    .signal(Signal::Undelivered(failure), messages)
                {
                    Err(Signal::Undelivered(failure)) => Err(failure),
                    _ => Ok(()),
                }
            }
            Some(Destination::Link(link)) => link.link.undelivered(failure),
            None => Err(failure),
        }
    }

    /// Counts and logs lost messages whose failure can't be reported to a worker.
    pub fn lose(&self, address: &Address, why: &Error, messages: u64) {
        self.count_lost(Some(address), why, messages);
        match messages {
            1 => log::warn(address, format_args!("a message was lost: {why:#}")),
            many => log::warn(address, format_args!("{many} messages were lost: {why:#}")),
        }
        // What a crash loses is meant to be lost.
        if self.node().is_ok_and(|node| !node.stopping.is_abandoned()) {
            let lost = format_args!("messages were lost: {messages}: {why:#}");
            log::untold(Trouble::Unhandled, address, lost);
        }
    }

    /// Counts lost messages whose failure can't be reported to a worker.
    pub fn count_lost(&self, address: Option<&Address>, why: &Error, messages: u64) {
        if let Ok(node) = self.node() {
            let why = format_args!("{why:#}");
            node.dead_letters.add(address, messages, why, String::new);
        }
    }

    /// Counts a message from another node that is for nobody whom its sender may reach.
    pub fn count_denied(&self, from: impl fmt::Display, to: &Address) {
        if let Ok(node) = self.node() {
            node.denied.add(from, to);
        }
    }

    /// Writes a warning to the log of the node.
    pub fn warn(&self, message: fmt::Arguments<'_>) {
        if let Ok(node) = self.node() {
            log::warn_node(node.name(), message);
        }
    }

    /// Returns `true` if a worker of this node is at an address.
    pub fn is_worker(&self, address: &Address) -> bool {
        matches!(self.look_up(address), Some(Destination::Mailbox(_)))
    }

    /// Returns the link that is attached at an address.
    pub fn link(&self, address: &Address) -> Option<Arc<dyn Link>> {
        let found = self.look_up(address)?;
        found.link().map(|endpoint| endpoint.link.clone())
    }

    /// Waits for the end of what is at an address, as `Sender::ended` does.
    ///
    /// # Errors
    ///
    /// Returns `Stopped` if the node has been dropped.
    pub fn ended(&self, address: &Address) -> Result<Ended> {
        let node = self.node()?;
        let target = Target::at(&node.router.registry, address);
        Ok(watch_end(node.next_id(), address.clone(), target))
    }

    fn look_up(&self, address: &Address) -> Option<Destination> {
        self.node.upgrade()?.router.registry.look_up(address)
    }

    /// Returns whether both are of the same node.
    #[cfg(feature = "test-util")]
    pub fn is_same(&self, other: &Self) -> bool {
        self.node.ptr_eq(&other.node)
    }

    /// Returns the name of the node, if it is there.
    #[cfg(feature = "test-util")]
    pub fn name(&self) -> Option<String> {
        self.node().ok().map(|node| node.name().to_owned())
    }

    /// Ends the node at once, as a crash does.
    #[cfg(feature = "test-util")]
    pub fn abandon(&self) {
        if let Ok(node) = self.node() {
            node.abandon();
        }
    }

    /// Spawns a task on the runtime of the node.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        task::spawn(&self.runtime, future)
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let node = self.node.upgrade();
        let name = node.as_ref().map(|node| node.name());
        f.debug_tuple("Gateway").field(&name).finish()
    }
}
