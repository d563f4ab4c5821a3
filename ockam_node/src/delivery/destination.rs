use std::any::Any as StdAny;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::headers::{ExtendedHeaders, Headers};
use ockam_core::{Address, Any, Error, ErrorKind, Message, Route, Routed};

use super::access::GuardedEndpoint;
use super::any_endpoint::{AnyEndpoint, AnyGroup, MemberPermit, Room};
use super::endpoint::Endpoint;
use super::incoming::{DeliveredBatch, Incoming};
use super::link::LinkEndpoint;
use super::registration::Registration;
use crate::mailbox::{Permit, Wakeup};
use crate::send_error::SendError;

/// The destination of an address.
#[derive(Clone)]
pub(crate) enum Destination {
    Mailbox(MailboxEntry),
    Link(Arc<LinkEndpoint>),
}

/// A mailbox at one of its addresses.
#[derive(Clone)]
pub(crate) struct MailboxEntry {
    pub(crate) endpoint: Arc<dyn AnyEndpoint>,
    /// The headers that tell the receiver which address was used. They are `None` for its first
    /// address.
    pub(crate) headers: Option<Arc<ExtendedHeaders>>,
}

impl Destination {
    pub(crate) fn registration(&self) -> &Registration {
        match self {
            Self::Mailbox(entry) => entry.endpoint.registration(),
            Self::Link(link) => &link.registration,
        }
    }

    /// Returns the mailbox, if it is one.
    pub(crate) fn mailbox(&self) -> Option<&Arc<dyn AnyEndpoint>> {
        match self {
            Self::Mailbox(entry) => Some(&entry.endpoint),
            Self::Link(_) => None,
        }
    }

    /// Returns the link, if it is one.
    pub(crate) fn link(&self) -> Option<&Arc<LinkEndpoint>> {
        match self {
            Self::Mailbox(_) => None,
            Self::Link(link) => Some(link),
        }
    }

    /// Returns the endpoint behind rules, if it is one.
    pub(crate) fn guarded(&self) -> Option<&GuardedEndpoint> {
        let endpoint: &dyn StdAny = &**self.mailbox()?;
        endpoint.downcast_ref()
    }

    /// Returns what is behind the rules of a worker.
    pub(crate) fn inner(&self) -> Self {
        match (self, self.guarded()) {
            (Self::Mailbox(entry), Some(guarded)) => Self::Mailbox(MailboxEntry {
                endpoint: guarded.inner().clone(),
                headers: entry.headers.clone(),
            }),
            _ => self.clone(),
        }
    }

    /// Returns the group, if it is one.
    pub(crate) fn group(&self) -> Option<&dyn AnyGroup> {
        self.mailbox()?.as_group()
    }

    /// Sends a message with the onward route `onward`. Without a permit, it is refused if there is no
    /// room.
    pub(crate) fn send<M: Message>(
        &self,
        room: Room,
        onward: Route,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        match (self, room) {
            (Self::Mailbox(entry), Room::Mailbox(permit)) => {
                entry.push_onward(permit, onward, message).map(Wakeup::wake)
            }
            (Self::Mailbox(entry), Room::Members(places)) => {
                entry.push_at_members(places, onward, message)
            }
            (Self::Link(link), _) => link.send(onward.hops(), message, false),
        }
    }

    /// Returns a permit that is not used.
    pub(crate) fn give_back(&self, room: Room) {
        if let (Self::Mailbox(entry), Room::Mailbox(Some(permit))) = (self, room) {
            entry.endpoint.capacity().give_back(permit);
        }
    }

    /// Sends a message from another node. Without a permit, it is refused if there is no room.
    pub(crate) fn send_incoming(
        &self,
        permit: Option<Permit>,
        message: &Incoming<'_>,
    ) -> Result<(), SendError<()>> {
        match self {
            Self::Mailbox(entry) => {
                let headers = entry.headers_of(message);
                let message = message.with_headers(headers.as_ref());
                entry.endpoint.push_incoming(permit, &message)
            }
            Self::Link(link) => link.send_incoming(message),
        }
    }

    /// Sends messages from another node in order, until there is no room. They differ from `message`
    /// only in their bodies.
    pub(crate) fn send_all_incoming(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> DeliveredBatch {
        match self {
            Self::Mailbox(entry) => {
                let headers = entry.headers_of(message);
                let message = message.with_headers(headers.as_ref());
                entry.endpoint.push_all_incoming(&message, bodies)
            }
            Self::Link(link) => link.send_all_incoming(message, bodies),
        }
    }

    /// Creates the error of a message that this destination refused. It holds the message.
    #[cold]
    pub(crate) fn error_of<M: Message>(&self, refused: SendError<Routed<M>>) -> Error {
        let (message, error) = match self.explain(refused) {
            SendError::Failed(message, error) => (message, error),
            other => (other.into_message(), self.full()),
        };
        error.with_undelivered(message.into_body())
    }

    /// Creates the error of a message from another node that this destination refused.
    #[cold]
    pub(crate) fn error_of_incoming(&self, refused: SendError<()>) -> Error {
        match refused {
            SendError::Full(()) => self.full(),
            SendError::Closed(()) => self.closed(),
            SendError::WrongType(()) => self.wrong_type("a message of another type"),
            SendError::Failed((), error) => error,
        }
    }

    /// Creates the error of a message that found no room in time.
    #[cold]
    pub(crate) fn timed_out<M: Message>(&self, message: Routed<M>, timeout: Duration) -> Error {
        let why = format!("{} had no room within {timeout:?}", self.place());
        Error::new(ErrorKind::TimedOut, why).with_undelivered(message.into_body())
    }

    /// Turns a refusal into [`SendError::Failed`] with the reason, unless the sender can wait for room.
    pub(crate) fn explain<M: Message>(
        &self,
        refused: SendError<Routed<M>>,
    ) -> SendError<Routed<M>> {
        match refused {
            SendError::Closed(message) => SendError::Failed(message, self.closed()),
            SendError::WrongType(message) => {
                let error = self.wrong_type(Any::type_name_of(message.body()));
                SendError::Failed(message, error)
            }
            refused => refused,
        }
    }

    fn full(&self) -> Error {
        Error::new(ErrorKind::MailboxFull, format!("{} is full", self.place()))
    }

    fn closed(&self) -> Error {
        let node = self.registration().node;
        let why = format!("{}{node} has stopped", self.address());
        Error::new(ErrorKind::Stopped, why)
    }

    fn wrong_type(&self, sent: &str) -> Error {
        let takes = self.mailbox().map_or("bytes", |mailbox| mailbox.takes());
        let node = self.registration().node;
        let why = format!("{}{node} takes `{takes}`, not `{sent}`", self.address());
        Error::new(ErrorKind::WrongType, why)
    }

    fn address(&self) -> &Address {
        self.registration().address()
    }

    /// Names the mailbox or the connection that has room or not.
    fn place(&self) -> String {
        let (address, node) = (self.address(), self.registration().node);
        match self {
            Self::Mailbox(_) => format!("the mailbox of {address}{node}"),
            Self::Link(_) => format!("the connection {address}{node}"),
        }
    }
}

impl MailboxEntry {
    /// Returns the endpoint if the message can be pushed without a change of its type or headers.
    #[inline]
    pub(crate) fn plain_endpoint<M: Message>(&self, message: &Routed<M>) -> Option<&Endpoint<M>> {
        match (&self.headers, &Headers::of(message).extended) {
            (None, None) => self.endpoint.downcast_ref(),
            _ => None,
        }
    }

    /// Pushes a message with the onward route `onward`. Without a permit, it is refused if there is no
    /// room.
    #[inline(never)]
    pub(crate) fn push_onward<M: Message>(
        &self,
        permit: Option<Permit>,
        onward: Route,
        message: Routed<M>,
    ) -> Result<Wakeup, SendError<Routed<M>>> {
        self.endpoint.push(permit, self.addressed(onward, message))
    }

    /// Pushes a message at places that were reserved at members of this group.
    #[cold]
    fn push_at_members<M: Message>(
        &self,
        places: Vec<MemberPermit>,
        onward: Route,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        let message = self.addressed(onward, message);
        let Some(group) = self.endpoint.as_group() else {
            return Err(SendError::Full(message));
        };
        let pushed = group.push_reserved(places, message.map(Any::new));
        pushed.map_err(|refused| {
            refused.map(|message| {
                message.map(|any| any.downcast().expect("it was wrapped two lines above"))
            })
        })
    }

    /// Notes in a message which address it was sent to, and where it goes from there.
    #[inline]
    fn addressed<M>(&self, onward: Route, message: Routed<M>) -> Routed<M> {
        let (body, return_route, mut headers) = Headers::detach_own(message);
        if headers.extended.is_none() && onward.is_empty() {
            headers.extended = self.headers.clone();
        } else {
            headers.extend(|extended| {
                extended.address = self.headers.as_ref().and_then(|it| it.address.clone());
                extended.onward = onward;
            });
        }
        headers.attach(body, return_route)
    }

    /// Returns headers for a message from another node, if it was not sent to the first address of the
    /// worker.
    fn headers_of(&self, message: &Incoming<'_>) -> Option<Arc<ExtendedHeaders>> {
        let address = self.headers.as_ref()?.address.clone()?;
        Some(Arc::new(ExtendedHeaders {
            address: Some(address),
            ..ExtendedHeaders::clone(message.headers)
        }))
    }
}
