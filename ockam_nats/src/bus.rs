use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use async_nats::connection::State as ConnectionState;
use async_nats::message::OutboundMessage;
use async_nats::{Client, Message, StatusCode, Subject};
use bytes::Bytes;
use futures_util::Sink as _;
use ockam_core::{Error, ErrorKind, Result};
use ockam_node::transport::Gateway;
use tokio::sync::{mpsc, watch};

use crate::lease::Tenure;
use crate::lock::lock;
use crate::record::Record;
use crate::stream::{Streams, Waiting};
use crate::subjects::Subjects;

/// This node on the bus.
pub(crate) struct Bus {
    pub(crate) client: Client,
    pub(crate) gateway: Gateway,
    pub(crate) subjects: Subjects,
    /// The name of this node.
    pub(crate) name: String,
    pub(crate) streams: Arc<Streams>,
    pub(crate) waiting: Waiting,
    pub(crate) hellos: mpsc::Sender<Hello>,
    standing: watch::Sender<Standing>,
    /// Whether the node stops.
    leaving: watch::Sender<bool>,
    /// Open as long as somebody keeps the name.
    kept: Mutex<Option<watch::Receiver<()>>>,
}

/// Whether this node has its name.
#[derive(Clone, Debug)]
pub(crate) enum Standing {
    Named(Tenure),
    /// It has not, for now.
    Lapsed,
    /// It never will again.
    Lost(ErrorKind, String),
}

/// Somebody asks for a stream.
pub(crate) struct Hello {
    /// The node that asks, as it says.
    pub(crate) node: String,
    /// Its end of the stream.
    pub(crate) peer: Subject,
    pub(crate) version: u8,
    pub(crate) window: u64,
}

/// How many hellos may wait. Further ones are not answered.
pub(crate) const MAX_HELLOS: usize = 256;

impl Bus {
    pub(crate) fn new(
        client: Client,
        gateway: Gateway,
        subjects: Subjects,
        name: &str,
        hellos: mpsc::Sender<Hello>,
        tenure: &Tenure,
    ) -> Self {
        Self {
            client,
            gateway,
            subjects,
            name: name.to_owned(),
            streams: Arc::default(),
            waiting: Waiting::default(),
            hellos,
            standing: watch::Sender::new(Standing::Named(tenure.clone())),
            leaving: watch::Sender::new(false),
            kept: Mutex::default(),
        }
    }

    /// Returns the right to the name, if this node has it now.
    ///
    /// # Errors
    ///
    /// `NoRoute` if the lease of the name is over, and `Stopped` if another node has the name.
    pub(crate) fn tenure(&self) -> Result<Tenure> {
        match &*self.standing.borrow() {
            Standing::Named(tenure) if tenure.is_held() => Ok(tenure.clone()),
            Standing::Named(_) | Standing::Lapsed => {
                let name = &self.name;
                let why = format!("the lease of this node's name, `{name}`, is over");
                Err(Error::new(ErrorKind::NoRoute, why))
            }
            Standing::Lost(kind, why) => Err(Error::new(*kind, why.as_str())),
        }
    }

    /// Returns whether this node has its name, and tells of each change.
    pub(crate) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Notes whether this node has its name. Unless it has, all streams end.
    pub(crate) fn stand(&self, standing: Standing) {
        let is_named = matches!(standing, Standing::Named(_));
        self.standing.send_replace(standing);
        if !is_named {
            self.streams
                .lose_all("the lease of this node's name is over");
        }
    }

    /// Returns an error unless there is a connection to a server.
    ///
    /// # Errors
    ///
    /// `NoRoute`
    pub(crate) fn check_server(&self) -> Result<()> {
        match self.client.connection_state() {
            ConnectionState::Connected => Ok(()),
            _ => {
                let why = "no NATS server can be reached now";
                Err(Error::new(ErrorKind::NoRoute, why))
            }
        }
    }

    /// Sends a record to one end of a stream.
    ///
    /// # Errors
    ///
    /// `Stopped` if the client has ended.
    pub(crate) async fn publish(
        &self,
        subject: Subject,
        reply: Option<Subject>,
        record: &Record,
    ) -> Result<()> {
        let payload = record.encode();
        let published = match reply {
            Some(reply) => {
                self.client
                    .publish_with_reply(subject, reply, payload)
                    .await
            }
            None => self.client.publish(subject, payload).await,
        };
        published.map_err(|error| {
            let why = format!("the client of NATS has ended: {error}");
            Error::new(ErrorKind::Stopped, why)
        })
    }

    /// Sends a record if there is room for it now.
    fn try_publish(&self, subject: Subject, reply: Subject, record: &Record) {
        let mut client = self.client.clone();
        let mut client = Pin::new(&mut client);
        let mut cx = Context::from_waker(Waker::noop());
        if let Poll::Ready(Ok(())) = client.as_mut().poll_ready(&mut cx) {
            // Whoever doesn't hear this hears nothing, and gives up by itself.
            let _ = client.start_send(OutboundMessage {
                subject,
                reply: Some(reply),
                payload: record.encode(),
                headers: None,
            });
        }
    }

    /// Takes in what has come for a stream.
    pub(crate) fn receive(&self, message: Message) {
        let Some(subject) = self.subjects.parse(&message.subject) else {
            return;
        };
        let stream = self.streams.find(subject.stream);
        if let Some(status) = message.status {
            if let (StatusCode::NO_RESPONDERS, Some(stream)) = (status, stream) {
                stream.nobody_there();
            }
            return;
        }
        let Some(record) = Record::decode(message.payload) else {
            return;
        };
        match (stream, message.reply) {
            (Some(stream), from) => stream.arrive(from.as_ref(), record),
            // Whoever writes to a stream that has ended hears of it.
            (None, Some(from)) if record != Record::Reset && self.is_stream(&from) => {
                self.try_publish(from, message.subject.clone(), &Record::Reset);
            }
            (None, _) => {}
        }
    }

    /// Takes in what has come to where this node is greeted.
    pub(crate) fn greeted(&self, payload: Bytes, reply: Option<Subject>) {
        let (Some(Record::Hello { version, window }), Some(peer)) =
            (Record::decode(payload), reply)
        else {
            return;
        };
        let Some(subject) = self.subjects.parse(&peer) else {
            return;
        };
        let node = subject.node.to_owned();
        let hello = Hello {
            node,
            peer,
            version,
            window,
        };
        if self.hellos.try_send(hello).is_err() {
            let why = "too many nodes ask for connections at once: some are not answered";
            self.gateway.warn(format_args!("{why}"));
        }
    }

    /// Tells whether a subject is one of a stream. Anybody may have written it.
    fn is_stream(&self, subject: &Subject) -> bool {
        self.subjects.parse(subject).is_some()
    }

    /// Notes who keeps the name: until the sender of `kept` is dropped.
    pub(crate) fn keep(&self, kept: watch::Receiver<()>) {
        *lock(&self.kept) = Some(kept);
    }

    /// Waits until the node stops.
    pub(crate) async fn left(&self) {
        let mut leaving = self.leaving.subscribe();
        // It fails only if this has been dropped.
        let _ = leaving.wait_for(|leaving| *leaving).await;
    }

    /// Gives the name back, and waits until that is done.
    pub(crate) async fn leave(&self) {
        self.leaving.send_replace(true);
        let kept = lock(&self.kept).take();
        if let Some(mut kept) = kept {
            // It fails when the sender is dropped.
            while kept.changed().await.is_ok() {}
        }
    }
}
