use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Any, Error, ErrorKind, Message, Result, Routed};

use crate::blocking;
use crate::deadline::Deadline;
use crate::mailbox::{Turn, Wakeup};
use crate::resident::{AnyResident, Declined, Receiver};
use crate::transport::Link;

/// What came of a message that was not delivered at once.
pub(crate) enum Stalled<M> {
    Failed(Error),
    Declined(Arc<dyn AnyResident>, Declined<M>),
}

impl<M: Message> Stalled<M> {
    /// Waits for room, if that is what is missing, and delivers.
    pub(crate) async fn wait(self, deadline: &mut Deadline<'_>) -> Result<()> {
        let (resident, message) = self.into_full()?;
        let turnstile = match resident.receiver() {
            Receiver::Mailbox(turnstile) => turnstile,
            Receiver::Link(link) => {
                let mut message = Some(message);
                let sending = Box::pin(push_to_link(&resident, link, &mut message));
                let sent = deadline.limit(sending).await;
                return sent
                    .unwrap_or_else(|| Err(too_late(&resident, left(message), deadline.timeout)));
            }
        };
        let mut turn = Turn::new(turnstile);
        let in_time = deadline.limit(&mut turn).await.is_some();
        deliver_in_turn(
            &resident,
            message,
            turn,
            (!in_time).then_some(deadline.timeout),
        )
    }

    /// As [`wait`](Self::wait), on a thread of the caller's own.
    pub(crate) fn block(self, timeout: Duration) -> Result<()> {
        let (resident, message) = self.into_full()?;
        let turnstile = match resident.receiver() {
            Receiver::Mailbox(turnstile) => turnstile,
            Receiver::Link(link) => {
                let mut message = Some(message);
                let sent = blocking::limit(push_to_link(&resident, link, &mut message), timeout);
                return sent.unwrap_or_else(|| Err(too_late(&resident, left(message), timeout)));
            }
        };
        let mut turn = Turn::new(turnstile);
        let in_time = blocking::limit(&mut turn, timeout).is_some();
        deliver_in_turn(&resident, message, turn, (!in_time).then_some(timeout))
    }

    /// Returns what waits for room, or the error of what can't.
    fn into_full(self) -> Result<(Arc<dyn AnyResident>, Routed<M>)> {
        match self {
            Self::Declined(resident, Declined::Full(message)) => Ok((resident, message)),
            refused => Err(refused.into_error()),
        }
    }

    /// Tells whether the message waits for room in the mailbox of this resident.
    pub(crate) fn is_at(&self, id: u64) -> bool {
        matches!(self, Self::Declined(resident, Declined::Full(_)) if resident.tenancy().id == id)
    }

    /// Makes an error of it, for a sender that doesn't wait.
    #[cold]
    pub(crate) fn into_error(self) -> Error {
        let (resident, declined) = match self {
            Self::Failed(error) => return error,
            Self::Declined(resident, declined) => (resident, declined),
        };
        let address = resident.tenancy().address();
        let (kind, why, message) = match declined {
            Declined::Full(message) => {
                let what = full(&resident);
                let why = format!("{what} {address} is full");
                (ErrorKind::MailboxFull, why, message)
            }
            Declined::Unsent(message, error) => {
                return error.with_undelivered(message.into_body());
            }
            Declined::Closed(message) => (
                ErrorKind::Stopped,
                format!("{address} has stopped"),
                message,
            ),
            Declined::WrongType(message) => {
                let (takes, sent) = (resident.takes(), Any::type_name_of(message.body()));
                let why = format!("{address} takes `{takes}`, not `{sent}`");
                (ErrorKind::WrongType, why, message)
            }
        };
        Error::new(kind, why).with_undelivered(message.into_body())
    }
}

/// Names what is full.
fn full(resident: &Arc<dyn AnyResident>) -> &'static str {
    match resident.link() {
        Some(_) => "the connection",
        None => "the mailbox of",
    }
}

/// Delivers a message to a link, as soon as there is room. Dropped before that, it leaves the message
/// where it was.
async fn push_to_link<M: Message>(
    resident: &Arc<dyn AnyResident>,
    link: &Arc<dyn Link>,
    message: &mut Option<Routed<M>>,
) -> Result<()> {
    while let Some(waiting) = message.as_ref() {
        let onward = waiting.onward_route().clone();
        link.room(onward.as_slice()).await;
        let Some(waiting) = message.take() else { break };
        match resident.push(None, waiting).map(Wakeup::wake) {
            Ok(()) => break,
            Err(Declined::Full(again)) => *message = Some(again),
            Err(refused) => {
                return Err(Stalled::Declined(resident.clone(), refused).into_error());
            }
        }
    }
    Ok(())
}

/// Takes out the message that a send to a link has left where it was.
fn left<M>(message: Option<Routed<M>>) -> Routed<M> {
    message.expect("it is taken only to be pushed, and nothing is waited for meanwhile")
}

fn too_late<M: Message>(
    resident: &Arc<dyn AnyResident>,
    message: Routed<M>,
    timeout: Duration,
) -> Error {
    let (what, address) = (full(resident), resident.tenancy().address());
    let why = format!("{what} {address} had no room within {timeout:?}");
    Error::new(ErrorKind::TimedOut, why).with_undelivered(message.into_body())
}

/// Delivers a message whose turn has come within the time limit, unless that is over.
fn deliver_in_turn<M: Message>(
    resident: &Arc<dyn AnyResident>,
    message: Routed<M>,
    turn: Turn<'_>,
    over: Option<Duration>,
) -> Result<()> {
    if let Some(timeout) = over {
        drop(turn);
        return Err(too_late(resident, message, timeout));
    }
    let pushed = resident.push(turn.into_ticket(), message);
    pushed
        .map(Wakeup::wake)
        .map_err(|declined| Stalled::Declined(resident.clone(), declined).into_error())
}
