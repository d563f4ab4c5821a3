//! Waiting for room. All sends that wait do it here.

use std::time::Duration;

use ockam_core::{Error, Message, Result, Route, Routed};

use super::destination::Destination;
use super::incoming::Incoming;
use super::registration::Registration;
use crate::mailbox::{Permit, Reserve};
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
        sent.unwrap_or_else(|| timed_out(&self.destination, message, deadline.timeout))
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
    let send = |permit| {
        let Some(waiting) = message.take() else {
            return Ok(());
        };
        match destination.send(permit, onward.clone(), waiting) {
            Ok(()) => Ok(()),
            Err(SendError::Full(again)) => {
                *message = Some(again);
                Err(SendError::Full(()))
            }
            Err(refused) => Err(SendError::Failed((), destination.error_of(refused))),
        }
    };
    let sent = send_when_room(destination, onward, send).await;
    sent.map_err(|refused| destination.error_of_incoming(refused))
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
    let send = |permit| destination.send_incoming(permit, message);
    send_when_room(destination, message.onward(), send).await
}

/// Calls `send` each time there may be room, until the result is not [`SendError::Full`]. For a
/// mailbox, one call is enough, because a permit guarantees a place.
pub(crate) async fn send_when_room(
    destination: &Destination,
    onward: &Route,
    mut send: impl FnMut(Option<Permit>) -> Result<(), SendError<()>>,
) -> Result<(), SendError<()>> {
    loop {
        let permit = match destination {
            Destination::Mailbox(entry) => {
                let mut reserve = Reserve::new(entry.endpoint.capacity());
                (&mut reserve).await;
                reserve.into_permit()
            }
            Destination::Link(link) => {
                link.link.room(onward.hops()).await;
                None
            }
        };
        match send(permit) {
            Err(SendError::Full(())) => {}
            sent => return sent,
        }
    }
}
