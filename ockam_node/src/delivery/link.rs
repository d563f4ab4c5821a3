use std::fmt;
use std::sync::{Arc, Weak};

use async_trait::async_trait;

use ockam_core::parts::PartSource;
use ockam_core::{
    Address, BodyType, DownReason, Error, ErrorKind, Hops, Result, Route, TransportType,
};

use super::connection_report::ConnectionReport;
use super::registration::Registration;
use super::watchers::Watch;
use crate::send_error::SendError;

/// A connection to another node.
#[async_trait]
pub trait Link: Send + Sync + 'static {
    /// Sends a message to the peer, if there is room.
    ///
    /// # Errors
    ///
    /// Returns [`SendError::Full`] if the sender can wait for [room](Self::room), else the reason why
    /// the message can't be sent.
    fn try_send(&self, message: &Outgoing<'_>) -> Result<(), SendError<()>>;

    /// Waits until there may be room for a message to `onward`, or until the link is closed.
    async fn room(&self, onward: Hops<'_>);

    /// Sends the report of a failure, or counts it if the peer would not understand it. It does not
    /// wait for room. If there is none, it returns `false` and the report is not sent. A report that is
    /// lost later is counted, unless it is about a question.
    fn report(&self, onward: Hops<'_>, report: &Report<'_>) -> bool;

    /// Hears that messages that it has sent itself, by [`LinkGuard::send`](crate::transport::LinkGuard::send),
    /// were lost.
    ///
    /// # Errors
    ///
    /// Returns the failure, unless the link overrides this: most send nothing themselves.
    fn undelivered(&self, failure: Error) -> Result<()> {
        Err(failure)
    }

    /// Tells whether messages to this link end here, and do not go on to another node.
    fn is_end(&self) -> bool {
        false
    }

    /// Tells those who look at the node what is known of the connection, if it is one to show. No lock may be
    /// taken for it that a message waits for.
    fn report_state(&self) -> Option<ConnectionReport> {
        None
    }

    /// Tells whether what comes by other connections may only go through this one if it is exposed to them or
    /// answers what came from here. Otherwise whoever knows the address of the link may send by it.
    fn is_private(&self) -> bool {
        false
    }

    /// Sends the begin of an answer that goes on. Then it takes the parts, and sends them when there is room.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`try_send`](Self::try_send).
    fn try_begin(
        &self,
        _begin: &Outgoing<'_>,
        _take_parts: &mut dyn FnMut() -> Option<Box<dyn PartSource>>,
    ) -> Result<(), SendError<()>> {
        let refused = self.check_streams();
        refused.map_err(|error| SendError::Failed((), error))
    }

    /// Returns an error if the peer can't send answers that go on.
    ///
    /// # Errors
    ///
    /// `InvalidInput`
    fn check_streams(&self) -> Result<()> {
        let why = "answers that go on can't come by this kind of connection";
        Err(Error::new(ErrorKind::InvalidInput, why))
    }

    /// Notes that an answer which comes by another link goes on by this one, until it is
    /// [over](Self::end_relay). Tells whether it may.
    fn begin_relay(&self, _asker: &Address, _from: Weak<dyn Credits>) -> bool {
        false
    }

    /// Notes that an answer is over that has come by another link.
    fn end_relay(&self, _asker: &Address) {}

    /// Returns an error if workers of the peer can't be monitored.
    ///
    /// # Errors
    ///
    /// `InvalidInput`, or `MailboxFull` if there are too many monitors.
    fn check_monitors(&self) -> Result<()> {
        let why = "workers can't be monitored over this kind of connection";
        Err(Error::new(ErrorKind::InvalidInput, why))
    }

    /// Monitors a worker of the peer, under a number that no other monitor has.
    fn monitor(&self, _number: u64, _address: &Address, watch: Arc<dyn Watch>) {
        watch.ended(0, &DownReason::Unreachable);
    }

    /// Monitors a worker no more. Returns `false` if the watch has been told of its end.
    fn end_monitor(&self, _number: u64) -> bool {
        false
    }
}

/// A link in the registry.
pub(crate) struct LinkEndpoint {
    pub(crate) registration: Registration,
    pub(crate) link: Arc<dyn Link>,
}

/// A message to another node.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The route behind the link.
    pub onward: Hops<'a>,
    /// The route back to the sender.
    pub return_route: &'a Route,
    /// The message.
    pub content: Content<'a>,
    /// The trace that it belongs to.
    pub trace: Option<&'a str>,
    /// Whether it answers a message of the peer. Nobody waits for room for it, so it may take more.
    pub is_answer: bool,
    /// What it is of an answer that goes on, if it is something of one.
    pub stream: Option<OfStream>,
}

/// What a message is of an answer that goes on, behind its begin.
#[derive(Clone, Copy, Debug)]
pub enum OfStream {
    /// The part with this number, from 1 on.
    Part(u64),
    /// So many parts in one body, of which the first one has this number.
    Parts(u64, u32),
    /// Its end, behind so many parts.
    End(u64),
}

/// A link by which the parts of an answer come, for the one by which they go on.
pub trait Credits: Send + Sync + 'static {
    /// Lets more parts come.
    fn grant(&self, asker: &Address, parts: u32, bytes: u64);

    /// Notes that nobody reads any more.
    fn cancel(&self, asker: &Address);
}

/// A message as bytes.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// The message, encoded.
    pub body: &'a [u8],
    /// What is known of its type.
    pub body_type: BodyType<'a>,
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("bytes", &self.body.len())
            .field("body_type", &self.body_type)
            .finish()
    }
}

/// A report to the node that sent a message which was not delivered or handled.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The number to look for in the log of the node that reports.
    pub id: u64,
    /// The subject of the error: an address, or the types that were sent and expected.
    pub names: Vec<&'a str>,
    /// Whether the message is a question. If so, the end of the connection tells the sender as much as
    /// the report does.
    pub is_of_question: bool,
}

impl<'a> Report<'a> {
    /// Creates the report of an error about a message that is not a question.
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

/// A transport, which connects this node to others.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Returns the type of the addresses that this transport connects to, or `None` if it dials none: its
    /// connections go through those of other transports.
    fn address_type(&self) -> Option<TransportType>;

    /// Attaches a link at an address of the transport's type that has no link yet.
    ///
    /// # Errors
    ///
    /// Returns an error if the transport can't connect to this address.
    fn dial(&self, address: &Address) -> Result<()>;

    /// Stops accepting connections. This is the first step of the stop of a node.
    fn stop_listening(&self);

    /// Sends the messages that have been accepted, and closes all connections. This is the last step of
    /// the stop of a node.
    async fn flush(&self);

    /// Drops all connections, if the runtime of the node has ended before [`flush`](Self::flush) was
    /// done.
    fn abandon(&self);
}
