//! The address at which the messages of a peer arrive, while there is a handshake and later a stream.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use async_trait::async_trait;
use ockam_core::{Address, Error, ErrorKind, Hops, Result, Route};
use ockam_node::Ended;
use ockam_node::transport::{Gateway, Link, LinkGuard, Outgoing, Report, SendError};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How many bytes of messages may wait to be opened. One more may exceed it.
const MAX_WAITING_BYTES: usize = 256 * 1024;

/// How many bytes of messages may wait to be opened, for all channels of a
/// [`SecureChannels`](super::SecureChannels). Above, a channel may hold [`MAX_SMALL_BYTES`].
const MAX_WAITING_BYTES_OF_ALL: usize = 256 * 1024 * 1024;

const MAX_SMALL_BYTES: usize = 16 * 1024;

/// About how many bytes a message takes beside its body and its way back.
const OVERHEAD_BYTES: usize = 128;

/// The maximum number of bytes of a message: those of the largest frame.
const MAX_MESSAGE_BYTES: usize = ockam_transport::frame::MAX_LENGTH;

/// How many bytes of messages wait to be opened, for all channels.
pub(super) type Waiting = Arc<AtomicUsize>;

/// A message of the peer.
pub(super) struct Received {
    pub(super) bytes: Vec<u8>,
    /// The way back to whoever has sent it.
    pub(super) back: Route,
}

enum Event {
    Received(Received),
    /// Something that was sent from here was lost.
    Failed(Error),
}

/// Where messages of the peer arrive: a link at which they end.
struct Arrival {
    events: UnboundedSender<Event>,
    waiting_bytes: AtomicUsize,
    of_all: Waiting,
    room: Notify,
    has_failed: AtomicBool,
}

/// The messages that have arrived.
pub(super) struct Inlet {
    events: UnboundedReceiver<Event>,
    arrival: Arc<Arrival>,
    outlet: Arc<Outlet>,
    /// The end of the connection by which the peer's messages come.
    lost: Option<Ended>,
}

/// What sends to the peer. The address is free when this and the inlet have been dropped.
pub(super) struct Outlet {
    guard: LinkGuard,
    arrival: Arc<Arrival>,
    /// Whether what is sent from now on has no way back.
    is_one_way: AtomicBool,
}

/// Attaches an inlet at an address that nobody can guess.
pub(super) fn attach(gateway: &Gateway, of_all: &Waiting) -> Result<Inlet> {
    let (sender, events) = unbounded_channel();
    let arrival = Arc::new(Arrival {
        events: sender,
        waiting_bytes: AtomicUsize::new(0),
        of_all: of_all.clone(),
        room: Notify::new(),
        has_failed: AtomicBool::new(false),
    });
    let address = ockam_transport::random_address();
    let guard = gateway.attach(&address, arrival.clone())?;
    let outlet = Outlet {
        guard,
        arrival: arrival.clone(),
        is_one_way: AtomicBool::new(false),
    };
    Ok(Inlet {
        events,
        arrival,
        outlet: Arc::new(outlet),
        lost: None,
    })
}

impl Outlet {
    /// Sends to the peer, if there is room. Returns the bytes if there is none.
    pub(super) fn try_send(&self, route: &Route, bytes: Vec<u8>) -> Result<Option<Vec<u8>>> {
        let error = match self.guard.try_send(route, bytes, self.has_way_back()) {
            Ok(()) => return Ok(None),
            Err(SendError::Full(bytes)) => return Ok(Some(bytes)),
            Err(SendError::Failed(_, error)) => error,
            Err(_) => Error::new(ErrorKind::Stopped, "the way has ended"),
        };
        Err(self.failed(error))
    }

    /// Sends to the peer, and waits for room.
    pub(super) async fn send(&self, route: &Route, bytes: Vec<u8>) -> Result<()> {
        let sent = self.guard.send(route, bytes, self.has_way_back()).await;
        sent.map_err(|error| self.failed(error))
    }

    /// Leaves out the way back of what is sent from now on.
    ///
    /// A responder of upstream takes the way back of each frame, puts the address that it answers to behind it, and
    /// answers along that: with the address of this inlet on it, the inlet would be on it twice.
    pub(super) fn leave_out_way_back(&self) {
        self.is_one_way.store(true, Ordering::Relaxed);
    }

    fn has_way_back(&self) -> bool {
        !self.is_one_way.load(Ordering::Relaxed)
    }

    /// Lets the inlet hear that the way to the peer has ended: what comes back does no good then.
    fn failed(&self, error: Error) -> Error {
        let why = format!("the way to the peer has ended: {error:#}");
        self.arrival.fail(Error::new(error.kind(), why));
        error
    }
}

impl Inlet {
    pub(super) fn outlet(&self) -> &Arc<Outlet> {
        &self.outlet
    }

    /// Ends with an error when what is at an address ends.
    pub(super) fn end_with(&mut self, gateway: &Gateway, address: &Address) -> Result<()> {
        self.lost = Some(gateway.ended(address)?);
        Ok(())
    }

    /// Returns the next message. What has been sent from here and was lost is an error.
    pub(super) async fn next(&mut self) -> Result<Received> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Received>> {
        if let Poll::Ready(Some(event)) = self.events.poll_recv(cx) {
            return Poll::Ready(match event {
                Event::Received(received) => {
                    self.arrival.remove(weight(&received));
                    Ok(received)
                }
                Event::Failed(error) => Err(error),
            });
        }
        let Some(lost) = &mut self.lost else {
            return Poll::Pending;
        };
        let ended = Pin::new(lost).poll(cx);
        ended.map(|down| {
            self.lost = None;
            let why = format!("the connection by which it came is gone: {}", down.reason());
            Err(Error::new(ErrorKind::Stopped, why))
        })
    }
}

impl Drop for Inlet {
    fn drop(&mut self) {
        self.events.close();
        while let Ok(event) = self.events.try_recv() {
            if let Event::Received(received) = event {
                self.arrival.remove(weight(&received));
            }
        }
        // Whoever waits for room learns that there is nobody any more.
        self.arrival.room.notify_waiters();
    }
}

impl Arrival {
    fn has_room(&self) -> bool {
        let waiting = self.waiting_bytes.load(Ordering::Acquire);
        let is_too_much_of_all = self.of_all.load(Ordering::Acquire) >= MAX_WAITING_BYTES_OF_ALL;
        waiting < MAX_WAITING_BYTES && !(is_too_much_of_all && waiting >= MAX_SMALL_BYTES)
    }

    fn add(&self, bytes: usize) {
        self.waiting_bytes.fetch_add(bytes, Ordering::AcqRel);
        self.of_all.fetch_add(bytes, Ordering::AcqRel);
    }

    fn remove(&self, bytes: usize) {
        self.waiting_bytes.fetch_sub(bytes, Ordering::AcqRel);
        self.of_all.fetch_sub(bytes, Ordering::AcqRel);
        self.room.notify_one();
    }

    fn fail(&self, error: Error) {
        // One is enough to end the stream, and no more are kept.
        if !self.has_failed.swap(true, Ordering::AcqRel) {
            // Nobody waits for it any more if this fails.
            let _ = self.events.send(Event::Failed(error));
        }
    }
}

fn weight(received: &Received) -> usize {
    let back = received.back.iter().map(|hop| hop.value().len() + 32);
    OVERHEAD_BYTES + received.bytes.len() + back.sum::<usize>()
}

fn failed(kind: ErrorKind, why: impl Into<String>) -> Result<(), SendError<()>> {
    Err(SendError::Failed((), Error::new(kind, why)))
}

#[async_trait]
impl Link for Arrival {
    fn try_send(&self, message: &Outgoing<'_>) -> Result<(), SendError<()>> {
        if !message.onward.is_empty() {
            return failed(ErrorKind::NoRoute, "the route ends at a secure channel");
        }
        let bytes = message.content.body;
        if bytes.len() > MAX_MESSAGE_BYTES {
            return failed(ErrorKind::InvalidInput, "a sealed frame is too long");
        }
        if !self.has_room() {
            return Err(SendError::Full(()));
        }
        let large = bytes.len() >= MAX_WAITING_BYTES;
        if large && self.of_all.load(Ordering::Acquire) + bytes.len() > MAX_WAITING_BYTES_OF_ALL {
            return failed(ErrorKind::MailboxFull, "too many bytes wait to be opened");
        }
        let received = Received {
            bytes: bytes.to_vec(),
            back: message.return_route.as_slice().iter().cloned().collect(),
        };
        let weight = weight(&received);
        self.add(weight);
        if self.events.send(Event::Received(received)).is_err() {
            self.remove(weight);
            return failed(ErrorKind::Stopped, "the secure channel has ended");
        }
        Ok(())
    }

    async fn room(&self, _onward: Hops<'_>) {
        loop {
            let room = self.room.notified();
            if self.has_room() || self.events.is_closed() {
                break;
            }
            room.await;
        }
        // Whoever is next looks as well.
        self.room.notify_one();
    }

    fn report(&self, _onward: Hops<'_>, report: &Report<'_>) -> bool {
        let why = "what was sent to the peer was not delivered";
        self.fail(Error::new(report.kind, why));
        true
    }

    fn undelivered(&self, failure: Error) -> Result<()> {
        self.fail(failure);
        Ok(())
    }

    fn is_end(&self) -> bool {
        true
    }
}
