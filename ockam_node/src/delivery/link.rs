use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ockam_core::{Address, ErrorKind, Hops, Result, Route, TransportType};

use super::registration::Registration;
use crate::send_error::SendError;

/// A connection to another node.
#[async_trait]
pub trait Link: Send + Sync + 'static {
    /// Accepts a message for the peer, if there is room.
    ///
    /// # Errors
    ///
    /// [`SendError::Full`] if it is worth waiting for [room](Self::room), else why it can't be sent.
    fn try_send(&self, message: &Outgoing<'_>) -> Result<(), SendError<()>>;

    /// Waits until there may be room for a message to `onward`, or none is to be had any more.
    async fn room(&self, onward: Hops<'_>);

    /// Sends the report of a failure, or counts it if the peer would not understand it. It never waits
    /// for room: without any, nobody is told, and it returns `false`. A report that is lost later is
    /// counted, unless it is about a question.
    fn report(&self, onward: Hops<'_>, report: &Report<'_>) -> bool;
}

/// A link in the registry.
pub(crate) struct LinkEndpoint {
    pub(crate) registration: Registration,
    pub(crate) link: Arc<dyn Link>,
}

/// A message on its way to another node.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The way from the link on.
    pub onward: Hops<'a>,
    /// The way back to the sender.
    pub return_route: &'a Route,
    /// The message.
    pub content: Content<'a>,
    /// The trace that it belongs to.
    pub trace: Option<&'a str>,
}

/// A message as bytes.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// The message, encoded.
    pub body: &'a [u8],
    /// The stable name of its type.
    pub type_name: Option<&'a str>,
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("bytes", &self.body.len())
            .field("type_name", &self.type_name)
            .finish()
    }
}

/// What a node is told of a message that it sent, and that was not delivered or handled.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What to look for in the log of the node where it went wrong.
    pub id: u64,
    /// What the error is about: an address, or the types that were sent and expected.
    pub names: Vec<&'a str>,
    /// Whether the message is a question: then the end of the connection tells the sender as much as the
    /// report does.
    pub is_of_question: bool,
}

impl<'a> Report<'a> {
    /// Creates a report of an error, about a message that is no question.
    pub fn new(kind: ErrorKind, id: u64, names: &'a [String]) -> Self {
        let names = names.iter().map(String::as_str).collect();
        Self {
            kind,
            id,
            names,
            is_of_question: false,
        }
    }
}

/// A way to reach other nodes.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Returns the type of the addresses that it connects to.
    fn address_type(&self) -> TransportType;

    /// Attaches a link at an address of the transport's type that nobody has used yet.
    ///
    /// # Errors
    ///
    /// If nothing can be connected to at this address.
    fn dial(&self, address: &Address) -> Result<()>;

    /// Accepts no more connections. The stop of a node begins with this.
    fn stop_listening(&self);

    /// Sends what has been accepted, and closes all connections. The stop of a node ends with this.
    async fn flush(&self);

    /// Forgets all connections, when the runtime of the node has ended before [`flush`](Self::flush) was
    /// done.
    fn abandon(&self);
}
