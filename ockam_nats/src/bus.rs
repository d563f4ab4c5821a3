use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::connection::State as ConnectionState;
use async_nats::{Client, Subject, Subscriber};
use bytes::Bytes;
use ockam_core::{Error, ErrorKind, Result};
use ockam_node::transport::Gateway;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;

use crate::clock::timeout;
use crate::lease::Tenure;
use crate::lock::lock;
use crate::membership::{Members, Own};
use crate::queries::Queries;
use crate::record::Record;
use crate::stream::{Streams, Waiting};
use crate::subjects::Subjects;

mod receive;

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
    /// What this node says of itself, and what it has heard of others.
    pub(crate) own: Own,
    pub(crate) members: Members,
    /// What this node has asked all others.
    pub(crate) queries: Queries,
    /// The tasks that answer for the groups that this node serves.
    serving: Mutex<HashMap<String, AbortHandle>>,
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

/// How long the server may take to do what it was sent.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many hellos may wait. Further ones are not answered.
pub(crate) const MAX_HELLOS: usize = 256;

impl Bus {
    pub(crate) fn new(
        client: Client,
        gateway: Gateway,
        subjects: Subjects,
        (name, own): (&str, Own),
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
            own,
            members: Members::default(),
            queries: Queries::default(),
            serving: Mutex::default(),
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

    /// Tells whether a subject is one of a stream. Anybody may have written it.
    pub(crate) fn is_stream(&self, subject: &Subject) -> bool {
        self.subjects.parse(subject).is_some()
    }

    /// Returns what this node says of itself as a message.
    pub(crate) fn card(&self, tenure: &Tenure, has_left: bool) -> Bytes {
        let mut card = self.own.card(&self.name, tenure.incarnation());
        card.has_left = has_left;
        let card = card.encode();
        Record::Card { card }.encode()
    }

    /// Subscribes to a subject.
    ///
    /// # Errors
    ///
    /// `NoRoute`
    pub(crate) async fn subscribe(&self, subject: Subject) -> Result<Subscriber> {
        let subscribed = self.client.subscribe(subject).await;
        subscribed.map_err(|error| {
            let why = format!("subscribing on the bus: {error}");
            Error::new(ErrorKind::NoRoute, why)
        })
    }

    /// Makes sure that the server has done all that it was sent before.
    ///
    /// # Errors
    ///
    /// `NoRoute` if it doesn't answer.
    pub(crate) async fn settle(&self) -> Result<()> {
        let tenure = self.tenure()?;
        let token = crate::random::token();
        let (answer, answered) = oneshot::channel();
        let _listed = self.queries.add(&token, answer);
        let own = self
            .subjects
            .stream(&self.name, tenure.incarnation(), &token);
        // It comes back behind what the server was sent before.
        let card = self.card(&tenure, false);
        let sent = self.client.publish(own, card).await;
        match (sent, timeout(SETTLE_TIMEOUT, answered).await) {
            (Ok(()), Ok(Ok(true))) => Ok(()),
            _ => {
                let why = "the NATS server doesn't answer";
                Err(Error::new(ErrorKind::NoRoute, why))
            }
        }
    }

    /// Notes the task that answers for a group, instead of the one before.
    pub(crate) fn serve(&self, group: &str, task: AbortHandle) {
        let before = lock(&self.serving).insert(group.to_owned(), task);
        before.inspect(AbortHandle::abort);
    }

    /// Ends the task that answers for a group.
    pub(crate) fn stop_serving(&self, group: &str) {
        lock(&self.serving)
            .remove(group)
            .inspect(AbortHandle::abort);
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
        lock(&self.serving)
            .drain()
            .for_each(|(_, task)| task.abort());
        let kept = lock(&self.kept).take();
        if let Some(mut kept) = kept {
            // It fails when the sender is dropped.
            while kept.changed().await.is_ok() {}
        }
    }
}
