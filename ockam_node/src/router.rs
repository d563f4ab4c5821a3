//! The way of a message to the mailbox of the next address on its route.
//!
//! ```text
//!  route ── first address ──┬─ a reply address ─▶ the slot where an ask waits
//!                           ├─ a local address ─▶ registry ─▶ resident ─▶ mailbox
//!                           └─ another type ────▶ no route
//!        └─ the others travel with the message, as its onward route
//! ```

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ockam_core::reply::{Answer, Unanswered};
use ockam_core::{Address, Any, Arrival, Error, ErrorKind, Message, Result, Routed};

use crate::blocking;
use crate::deadline::Deadline;
use crate::mailbox::{Turn, Wakeup};
use crate::node::Node;
use crate::recent;
use crate::registry::Entry;
use crate::resident::{AnyResident, Declined, Resident};

/// What came of a message that was not delivered at once.
pub(crate) enum Stalled<M> {
    Failed(Error),
    Declined(Arc<dyn AnyResident>, Declined<M>),
}

impl<M: Message> Stalled<M> {
    /// Waits for room, if that is what is missing, and delivers.
    pub(crate) async fn wait(self, deadline: &mut Deadline<'_>) -> Result<()> {
        let (resident, message) = self.into_full()?;
        let mut turn = Turn::new(resident.turnstile());
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
        let mut turn = Turn::new(resident.turnstile());
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
                let why = format!("the mailbox of {address} is full");
                (ErrorKind::MailboxFull, why, message)
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

impl Node {
    /// Delivers a message to the first address of a route, if there is room. The others go with it.
    #[inline]
    pub(crate) fn deliver<M: Message>(
        &self,
        route: &[Address],
        message: Routed<M>,
    ) -> Result<(), Stalled<M>> {
        match route {
            [address] if address.replier().is_none() => {
                let hash = self.registry.hash(address);
                match recent::push(self.id, hash, address, message) {
                    Ok(wakeup) => {
                        wakeup.wake();
                        Ok(())
                    }
                    Err(message) => self.deliver_looked_up(hash, address, &[], message),
                }
            }
            _ => self.deliver_onward(route, message),
        }
    }

    #[inline(never)]
    fn deliver_onward<M: Message>(
        &self,
        route: &[Address],
        message: Routed<M>,
    ) -> Result<(), Stalled<M>> {
        let Some((address, onward)) = route.split_first() else {
            let why = "the message has an empty route";
            return Err(failed(ErrorKind::NoRoute, why, message.into_body()));
        };
        if let Some(replier) = address.replier() {
            let answered = replier.answer(message.into_body());
            return answered.map_err(Stalled::Failed);
        }
        self.deliver_looked_up(self.registry.hash(address), address, onward, message)
    }

    /// Delivers a message to the address whose hash is `hash`, as the registry has it.
    #[inline(never)]
    fn deliver_looked_up<M: Message>(
        &self,
        hash: u64,
        address: &Address,
        onward: &[Address],
        message: Routed<M>,
    ) -> Result<(), Stalled<M>> {
        if !address.is_local() {
            let number = address.transport().number();
            let why = format!("{address}: this node has no transport of type {number}");
            return Err(failed(ErrorKind::NoRoute, why, message.into_body()));
        }
        let again = recent::comes_again(hash);
        let found = self.registry.visit(hash, address, |entry| match entry {
            // What is remembered, or can't be pushed without more ado, is pushed behind the lock.
            Some(entry) if again || !onward.is_empty() => Found::Entry(entry.clone(), message),
            Some(entry) => entry.push_here(message),
            None => Found::Nobody(message),
        });
        match found {
            Found::Pushed(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            Found::Entry(entry, message) => {
                let pushed = entry.push_on(onward, message).map(Wakeup::wake);
                let pushed = pushed.map_err(|declined| {
                    let resident = entry.resident.clone();
                    Stalled::Declined(resident, declined)
                });
                if again {
                    recent::keep(self.id, hash, address, entry);
                }
                pushed
            }
            Found::Nobody(message) => {
                recent::forget(hash);
                Err(self.nobody_at(address, message.into_body()))
            }
        }
    }

    fn nobody_at<M: Message>(&self, address: &Address, body: M) -> Stalled<M> {
        if self.stopping.has_begun() {
            let why = format!("nothing is at {address} any more: the node stops");
            return failed(ErrorKind::Stopped, why, body);
        }
        let why = format!("nothing is at {address}");
        failed(ErrorKind::UnknownAddress, why, body)
    }
}

/// What a look-up has come to, with the message that isn't delivered yet.
enum Found<M> {
    Pushed(Wakeup),
    Entry(Entry, Routed<M>),
    Nobody(Routed<M>),
}

impl Entry {
    /// Takes in a message under the lock of the registry, if that takes no more than a place in a
    /// mailbox.
    #[inline]
    fn push_here<M: Message>(&self, message: Routed<M>) -> Found<M> {
        let resident = self.resident.as_any().downcast_ref::<Resident<M>>();
        let (Some(resident), None) = (resident, &self.arrival) else {
            return Found::Entry(self.clone(), message);
        };
        match resident.push(None, message.arrived(None)) {
            Ok(wakeup) => Found::Pushed(wakeup),
            Err(declined) => Found::Entry(self.clone(), declined.into_message()),
        }
    }

    /// Takes in a message at the end of its route, if there is room.
    #[inline(always)]
    pub(crate) fn push<M: Message>(&self, message: Routed<M>) -> Result<Wakeup, Declined<M>> {
        let message = if self.arrival.is_none() && message.arrival().is_none() {
            message
        } else {
            message.arrived(self.arrival.clone())
        };
        self.resident.push(None, message)
    }

    /// Takes in a message whose route goes on behind this entry, if there is room.
    fn push_on<M: Message>(
        &self,
        onward: &[Address],
        message: Routed<M>,
    ) -> Result<Wakeup, Declined<M>> {
        if onward.is_empty() {
            return self.push(message);
        }
        let address = self.arrival.as_ref().and_then(|at| at.address.clone());
        let onward = onward.iter().collect();
        let arrival = Arc::new(Arrival { address, onward });
        self.resident.push(None, message.arrived(Some(arrival)))
    }
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
        let address = resident.tenancy().address();
        let why = format!("the mailbox of {address} had no room within {timeout:?}");
        return Err(Error::new(ErrorKind::TimedOut, why).with_undelivered(message.into_body()));
    }
    let pushed = resident.push(turn.into_ticket(), message);
    pushed
        .map(Wakeup::wake)
        .map_err(|declined| Stalled::Declined(resident.clone(), declined).into_error())
}

/// Polls for the answer of whoever was asked at the address or along the route `asked`.
#[inline]
pub(crate) fn poll_answer<R: Message>(
    asked: &impl Display,
    answer: &mut Answer<R>,
    deadline: &mut Deadline<'_>,
    cx: &mut Context<'_>,
) -> Poll<Result<R>> {
    match Pin::new(answer).poll(cx) {
        Poll::Ready(Ok(answer)) => Poll::Ready(Ok(answer)),
        Poll::Ready(Err(why)) => Poll::Ready(Err(unanswered(asked, why))),
        Poll::Pending => {
            ready!(deadline.poll_over(cx));
            Poll::Ready(Err(unanswered_within(asked, deadline.timeout)))
        }
    }
}

#[cold]
fn unanswered(asked: &impl Display, why: Unanswered) -> Error {
    match why {
        Unanswered::Failed(error) => error,
        _ => {
            let why = format!("{asked} took the question and will not answer it");
            Error::new(ErrorKind::NoReply, why)
        }
    }
}

#[cold]
fn unanswered_within(asked: &impl Display, timeout: Duration) -> Error {
    let why = format!("{asked} did not answer within {timeout:?}");
    Error::new(ErrorKind::TimedOut, why)
}

fn failed<M: Message>(kind: ErrorKind, why: impl Into<String>, body: M) -> Stalled<M> {
    Stalled::Failed(Error::new(kind, why).with_undelivered(body))
}
