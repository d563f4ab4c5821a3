//! Waiting for room. All sends that wait do it here.

use std::time::Duration;

use ockam_core::headers::Headers;
use ockam_core::{Any, Error, Message, Result, Route, Routed};

use super::any_endpoint::{Aim, Room};
use super::destination::Destination;
use super::group::reserve;
use super::incoming::Incoming;
use super::registration::Registration;
use crate::mailbox::Reserve;
use crate::send_error::SendError;
use crate::task::blocking;
use crate::time::Deadline;

/// A message that found no room at its destination and can wait for it.
pub(crate) struct Waiting<M> {
    destination: Destination,
    onward: Route,
    message: Routed<M>,
}

impl<M: Message> Waiting<M> {
    pub(crate) fn new(destination: Destination, onward: Route, message: Routed<M>) -> Self {
        Self {
            destination,
            onward,
            message,
        }
    }

    /// Sends the message when there is room, or gives up at the deadline.
    pub(crate) async fn send(self, deadline: &mut Deadline<'_>) -> Result<()> {
        let mut message = Some(self.message);
        let sending = send_message(&self.destination, &self.onward, &mut message);
        let sent = deadline.limit(sending).await;
        sent.unwrap_or_else(|| timed_out(&self.destination, message, deadline.timeout()))
    }

    /// Sends the message when there is room, as [`send`](Self::send) does, and blocks the thread.
    pub(crate) fn send_blocking(self, timeout: Duration) -> Result<()> {
        let mut message = Some(self.message);
        let sending = send_message(&self.destination, &self.onward, &mut message);
        let sent = blocking::limit(sending, timeout);
        sent.unwrap_or_else(|| timed_out(&self.destination, message, timeout))
    }

    /// Returns `true` if this is the destination.
    pub(crate) fn is_at(&self, registration: &Registration) -> bool {
        self.destination.registration().id == registration.id
    }

    /// Sends the answer to a message of another node, without waiting. Returns the message if it is none.
    pub(crate) fn send_to_peer(self) -> Result<Result<()>, Self> {
        let Some(link) = self.destination.link() else {
            return Err(self);
        };
        let sent = link.send(self.onward.hops(), self.message, true);
        Ok(sent.map_err(|refused| self.destination.error_of(refused)))
    }

    /// Creates the error of a send that doesn't wait. It holds the message.
    pub(crate) fn into_error(self) -> Error {
        self.destination.error_of(SendError::Full(self.message))
    }
}

/// Sends a message when there is room. If the future is dropped while it waits, `message` still holds
/// it.
async fn send_message<M: Message>(
    destination: &Destination,
    onward: &Route,
    message: &mut Option<Routed<M>>,
) -> Result<()> {
    let headers = message.as_ref().map(|message| Headers::of(message).clone());
    let inner;
    let destination = match admitted(destination, headers.as_ref()).await {
        Ok(None) => destination,
        Ok(Some(admitted)) => {
            inner = admitted;
            &inner
        }
        Err(error) => {
            let refused = message
                .take()
                .map(|message| error.with_undelivered(message.into_body()));
            return refused.map_or(Ok(()), Err);
        }
    };
    let aim = message.as_ref().and_then(|it| aim_at(destination, it));
    let send = |room| {
        let Some(waiting) = message.take() else {
            return Ok(());
        };
        match destination.send(room, onward.clone(), waiting) {
            Ok(()) => Ok(()),
            Err(SendError::Full(again)) => {
                *message = Some(again);
                Err(SendError::Full(()))
            }
            Err(refused) => Err(SendError::Failed((), destination.error_of(refused))),
        }
    };
    let sent = send_when_room(destination, onward, aim, send).await;
    sent.map_err(|refused| destination.error_of_incoming(refused))
}

/// Waits until the rules of a worker have let a message pass. Returns what is behind them, if there are any.
///
/// # Errors
///
/// Returns why the message may not pass.
pub(crate) async fn admitted(
    destination: &Destination,
    headers: Option<&Headers>,
) -> Result<Option<Destination>> {
    match (destination.guarded(), headers) {
        (Some(guarded), Some(headers)) => {
            guarded.decide(headers).await?;
            Ok(Some(destination.inner()))
        }
        _ => Ok(None),
    }
}

/// Finds out whom in a group a message is for. Returns `None` if the destination is no group.
pub(crate) fn aim_at<M: Message>(destination: &Destination, message: &Routed<M>) -> Option<Aim> {
    let group = destination.group()?;
    Some(group.aim(message.body()))
}

/// Creates the error of a message that found no room in time. If `message` is `None`, it was sent at
/// the last moment.
fn timed_out<M: Message>(
    destination: &Destination,
    message: Option<Routed<M>>,
    timeout: Duration,
) -> Result<()> {
    match message {
        Some(message) => Err(destination.timed_out(message, timeout)),
        None => Ok(()),
    }
}

/// Sends a message from another node when there is room.
///
/// # Cancel safety
///
/// If the future is dropped while it waits, the message was not sent.
pub(crate) async fn send_incoming_when_room(
    destination: &Destination,
    message: &Incoming<'_>,
) -> Result<(), SendError<()>> {
    let inner;
    let destination = match destination.guarded() {
        Some(guarded) => {
            let decided = guarded.decide_incoming(message).await;
            decided.map_err(|error| SendError::Failed((), error))?;
            inner = destination.inner();
            &inner
        }
        None => destination,
    };
    if let Some(group) = destination.group() {
        let decoded = group.decode(message);
        return send_decoded(destination, decoded).await;
    }
    let send = |room| match room {
        Room::Mailbox(permit) => destination.send_incoming(permit, message),
        Room::Members(_) => destination.send_incoming(None, message),
    };
    send_when_room(destination, message.onward(), None, send).await
}

/// Sends a message from another node to a group when there is room. It is decoded once.
async fn send_decoded(
    destination: &Destination,
    decoded: Result<Routed<Any>>,
) -> Result<(), SendError<()>> {
    let message = decoded.map_err(|error| SendError::Failed((), error))?;
    let onward = message.onward_route().clone();
    let mut message = Some(message);
    let sent = send_message(destination, &onward, &mut message).await;
    // Whoever has sent it is told, and has the message.
    sent.map_err(|error| SendError::Failed((), error))
}

/// Calls `send` each time there may be room, until the result is not [`SendError::Full`]. For a
/// mailbox, one call is enough, because a permit guarantees a place. For a group, `aim` says whom in it the message
/// is for.
pub(crate) async fn send_when_room(
    destination: &Destination,
    onward: &Route,
    aim: Option<Aim>,
    mut send: impl FnMut(Room) -> Result<(), SendError<()>>,
) -> Result<(), SendError<()>> {
    loop {
        let room = match (destination, aim) {
            (Destination::Mailbox(entry), None) => {
                let mut reserve = Reserve::new(entry.endpoint.capacity());
                (&mut reserve).await;
                Room::Mailbox(reserve.into_permit())
            }
            (Destination::Mailbox(_), Some(aim)) => match destination.group() {
                Some(group) => Room::Members(reserve(group, aim).await),
                None => Room::Mailbox(None),
            },
            (Destination::Link(link), _) => {
                link.link.room(onward.hops()).await;
                Room::Mailbox(None)
            }
        };
        match send(room) {
            Err(SendError::Full(())) => {}
            sent => return sent,
        }
    }
}
