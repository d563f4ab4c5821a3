use std::fmt;
use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use ockam_core::reply::ReplyTo;
use ockam_core::{Address, Addresses, Error, ErrorKind, Result, Route};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::guards::{LinkGuard, NodeGuard};
use super::remote_asker::RemoteAsker;
use super::{Content, Incoming, Link, Recipient, SendError, Transport};
use crate::context::Context;
use crate::delivery::{Destination, LinkEndpoint, Registration, Role, send_incoming_when_room};
use crate::log;
use crate::mailbox::Signal;
use crate::node::Node;
use crate::panics::{called_caught, panic_message};
use crate::task;
use crate::time::clock;

/// The longest time that somebody on another node is taken to wait, unless this node's own asks wait
/// longer: a peer may announce any time.
const MAX_REMOTE_WAIT: Duration = Duration::from_secs(10 * 60);

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
    pub fn hold(&self) -> Result<NodeGuard> {
        self.node().map(NodeGuard)
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
        node.router.transports.add(transport)?;
        // Looked at behind it: a stop either finds the transport, or is seen here.
        let goes_on = node.router.check_running();
        goes_on.inspect_err(|_| node.router.transports.remove(served))
    }

    /// Attaches a link at an address, until the return value is dropped.
    ///
    /// # Errors
    ///
    /// `AddressTaken`, and `Stopped` if the node stops.
    pub fn attach(&self, address: &Address, link: Arc<dyn Link>) -> Result<LinkGuard> {
        let node = self.node()?;
        let addresses = Addresses::from(address);
        let link = Arc::new(LinkEndpoint {
            registration: Registration::new(node.next_id(), addresses, Role::Link),
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

    /// Finds out who is at an address. If it is one of another network, it is connected to on first use.
    ///
    /// # Errors
    ///
    /// If nobody is there.
    pub fn find(&self, address: &Address) -> Result<Recipient> {
        self.node()?.router.find(address).map(Recipient)
    }

    /// Hands an answer from another node to the one who asked.
    ///
    /// # Errors
    ///
    /// If it isn't what the asker waits for, or nobody waits.
    pub fn answer(asker: &ReplyTo, content: &Content<'_>) -> Result<()> {
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
        self.node()?.router.check_running()
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
    pub async fn deliver_when_room(&self, address: &Address, message: &Incoming<'_>) -> Result<()> {
        let Recipient(destination) = self.find(address)?;
        let mut sent = destination.send_incoming(None, message);
        if let Err(SendError::Full(())) = sent {
            sent = send_incoming_when_room(&destination, message).await;
        }
        sent.map_err(|refused| destination.error_of_incoming(refused))
    }

    /// Returns the right to answer somebody who asks by a link and waits at the end of `onward`.
    pub fn reply_to(&self, link: &Arc<dyn Link>, onward: Route, remaining: Duration) -> ReplyTo {
        let own = self.node().map(|node| node.settings.ask_timeout);
        let longest = own.map_or(MAX_REMOTE_WAIT, |own| MAX_REMOTE_WAIT.max(own));
        ReplyTo::remote(RemoteAsker {
            link: Arc::downgrade(link),
            address: onward.last().cloned().unwrap_or_else(|| Address::local("")),
            onward,
            ends: clock::after(remaining.min(longest)),
        })
    }

    /// Tells the sender of so many messages that were sent to another node what became of each.
    pub fn report(&self, sender: &Address, failure: Error, messages: u64) {
        if let Err(failure) = self.signal(sender, failure, messages) {
            self.lose(sender, &failure, messages);
        }
    }

    /// Ends an ask whose question was sent to another node.
    pub fn fail(&self, reply_to: &ReplyTo, failure: Error) {
        if let Err(failure) = reply_to.fail(failure) {
            self.count_lost(1);
            self.warn(format_args!("an answered question was lost: {failure:#}"));
        }
    }

    fn signal(&self, sender: &Address, failure: Error, messages: u64) -> Result<()> {
        match self.look_up(sender) {
            Some(Destination::Mailbox(entry)) => entry
                .endpoint
                .signal(Signal::Undelivered(failure), messages)
                .map_err(|Signal::Undelivered(failure)| failure),
            _ => Err(failure),
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
            node.dead_letters.add(messages);
        }
    }

    /// Writes a warning to the log of the node.
    pub fn warn(&self, message: fmt::Arguments<'_>) {
        if let Ok(node) = self.node() {
            log::warn_node(node.name(), message);
        }
    }

    /// Tells whether a worker of this node is at an address.
    pub fn is_worker(&self, address: &Address) -> bool {
        matches!(self.look_up(address), Some(Destination::Mailbox(_)))
    }

    /// Returns the link that is attached at an address.
    pub fn link(&self, address: &Address) -> Option<Arc<dyn Link>> {
        let found = self.look_up(address)?;
        found.link().map(|endpoint| endpoint.link.clone())
    }

    fn look_up(&self, address: &Address) -> Option<Destination> {
        self.node.upgrade()?.router.registry.look_up(address)
    }

    /// Runs a future on the runtime of the node, in a task of its own.
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
