//! The way of a message to the mailbox of the next address on its route.
//!
//! ```text
//!  route ── first address ──┬─ a reply address ─▶ the slot where an ask waits
//!                           ├─ a local address ─▶ registry ─▶ resident ─▶ mailbox
//!                           ├─ a link ──────────▶ encoded, and sent to another node
//!                           └─ another type ────▶ dialled on first use
//!        └─ the others travel with the message, as its onward route
//! ```

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use ockam_core::reply::{Answer, Unanswered};
use ockam_core::{Address, Any, Arrival, Error, ErrorKind, Message, Result, Routed};

use crate::blocking;
use crate::deadline::Deadline;
use crate::mailbox::{Ticket, Turn, Wakeup};
use crate::node::Node;
use crate::recent;
use crate::registry::Entry;
use crate::resident::{AnyResident, Declined, Resident};
use crate::transport::{Incoming, Undelivered, Unsent, send_out, trace_of};

/// What came of a message that was not delivered at once.
pub(crate) enum Stalled<M> {
    Failed(Error),
    Declined(Arc<dyn AnyResident>, Declined<M>),
}

impl<M: Message> Stalled<M> {
    /// Waits for room, if that is what is missing, and delivers.
    pub(crate) async fn wait(self, deadline: &mut Deadline<'_>) -> Result<()> {
        let (resident, message) = self.into_full()?;
        let Some(turnstile) = resident.turnstile() else {
            return Box::pin(wait_for_link(resident, message, deadline)).await;
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
        let Some(turnstile) = resident.turnstile() else {
            return block_on_link(resident, message, timeout);
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
                let what = full(&*resident);
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
                // A connection that is closed is not to be kept.
                if again && entry.resident.link().is_none() {
                    recent::keep(self.id, hash, address, entry);
                }
                pushed
            }
            Found::Nobody(message) => {
                recent::forget(hash);
                self.deliver_dialled(address, onward, message)
            }
        }
    }

    /// Finds out what is at an address. If it is one of another network, it is dialled on first use.
    pub(crate) fn find(&self, address: &Address) -> Result<Entry> {
        match self.registry.look_up(address) {
            Some(entry) => Ok(entry),
            None => self.dial(address),
        }
    }

    /// Connects to an address at which nobody is, if it is one of another network.
    #[cold]
    fn dial(&self, address: &Address) -> Result<Entry> {
        if address.is_local() {
            return Err(self.nobody_at(address));
        }
        self.transports.dial(address)?;
        self.registry.look_up(address).ok_or_else(|| {
            // It has failed already.
            let why = format!("{address} can't be connected to");
            Error::new(ErrorKind::NoRoute, why)
        })
    }

    #[cold]
    fn deliver_dialled<M: Message>(
        &self,
        address: &Address,
        onward: &[Address],
        message: Routed<M>,
    ) -> Result<(), Stalled<M>> {
        match self.dial(address) {
            Ok(entry) => {
                let pushed = entry.push_on(onward, message).map(Wakeup::wake);
                pushed.map_err(|declined| Stalled::Declined(entry.resident, declined))
            }
            Err(error) => {
                let error = error.with_undelivered(message.into_body());
                Err(Stalled::Failed(error))
            }
        }
    }

    #[cold]
    fn nobody_at(&self, address: &Address) -> Error {
        if self.stopping.has_begun() {
            let why = format!("nothing is at {address} any more: the node stops");
            return Error::new(ErrorKind::Stopped, why);
        }
        let why = format!("nothing is at {address}");
        Error::new(ErrorKind::UnknownAddress, why)
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
        let (Some(resident), None, None) = (resident, &self.arrival, message.arrival()) else {
            return Found::Entry(self.clone(), message);
        };
        match resident.push(None, message) {
            Ok(wakeup) => Found::Pushed(wakeup),
            Err(declined) => Found::Entry(self.clone(), declined.into_message()),
        }
    }

    /// Takes in a message at the end of its route, if there is room.
    #[inline(always)]
    pub(crate) fn push<M: Message>(&self, message: Routed<M>) -> Result<Wakeup, Declined<M>> {
        let message = match (message.arrival(), &self.arrival) {
            (None, None) => message,
            (None, Some(arrival)) => message.arrived(Some(arrival.clone())),
            (Some(_), _) => return self.push_forwarded(&[], message),
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
        let Some(link) = self.resident.link() else {
            return self.push_forwarded(onward, message);
        };
        let (return_route, trace) = (message.return_route(), trace_of(&message));
        match send_out(&**link, onward, return_route, message.body(), trace) {
            Ok(()) => Ok(Wakeup::nobody()),
            Err(unsent) => {
                let arrival = self.arrival(onward, message.arrival());
                let message = message.arrived(Some(arrival));
                Err(match unsent {
                    Unsent::Full => Declined::Full(message),
                    Unsent::Refused(error) => Declined::Unsent(message, error),
                })
            }
        }
    }

    /// Takes in a message that has been elsewhere, or whose route goes on.
    fn push_forwarded<M: Message>(
        &self,
        onward: &[Address],
        message: Routed<M>,
    ) -> Result<Wakeup, Declined<M>> {
        let arrival = self.arrival(onward, message.arrival());
        self.resident.push(None, message.arrived(Some(arrival)))
    }

    /// Makes the arrival of a message here, with what it brings along from where it was before.
    fn arrival(&self, onward: &[Address], before: Option<&Arc<Arrival>>) -> Arc<Arrival> {
        Arc::new(Arrival {
            address: self.arrival.as_ref().and_then(|at| at.address.clone()),
            onward: onward.iter().collect(),
            origin: before.and_then(|before| before.origin.clone()),
            trace: before.and_then(|before| before.trace.clone()),
        })
    }

    /// Takes in a message from another node: with a ticket on the place granted to it, else if there
    /// is room.
    pub(crate) fn push_body(
        &self,
        ticket: Option<Ticket>,
        message: &Incoming<'_>,
    ) -> Result<(), Undelivered> {
        let Some(used) = self.arrival.as_ref().and_then(|at| at.address.clone()) else {
            return self.resident.push_body(ticket, message);
        };
        let mut message = message.clone();
        Arc::make_mut(&mut message.arrival).address = Some(used);
        self.resident.push_body(ticket, &message)
    }
}

/// Names what is full.
fn full(resident: &dyn AnyResident) -> &'static str {
    match resident.link() {
        Some(_) => "the connection",
        None => "the mailbox of",
    }
}

/// Delivers a message to a link, as soon as there is room.
async fn wait_for_link<M: Message>(
    resident: Arc<dyn AnyResident>,
    mut message: Routed<M>,
    deadline: &mut Deadline<'_>,
) -> Result<()> {
    while let Some(link) = resident.link() {
        let onward = message.onward_route().clone();
        if deadline.limit(link.room(onward.as_slice())).await.is_none() {
            return Err(too_late(&resident, message, deadline.timeout));
        }
        match resident.push(None, message) {
            Ok(wakeup) => {
                wakeup.wake();
                return Ok(());
            }
            Err(Declined::Full(again)) => message = again,
            Err(declined) => return Err(Stalled::Declined(resident, declined).into_error()),
        }
    }
    Err(Stalled::Declined(resident, Declined::Full(message)).into_error())
}

/// As [`wait_for_link`], on a thread of the caller's own.
fn block_on_link<M: Message>(
    resident: Arc<dyn AnyResident>,
    mut message: Routed<M>,
    timeout: Duration,
) -> Result<()> {
    let end = Instant::now().checked_add(timeout);
    while let Some(link) = resident.link() {
        let onward = message.onward_route().clone();
        let left = end.map_or(timeout, |end| end.saturating_duration_since(Instant::now()));
        if blocking::limit(link.room(onward.as_slice()), left).is_none() {
            return Err(too_late(&resident, message, timeout));
        }
        match resident.push(None, message) {
            Ok(wakeup) => {
                wakeup.wake();
                return Ok(());
            }
            Err(Declined::Full(again)) => message = again,
            Err(declined) => return Err(Stalled::Declined(resident, declined).into_error()),
        }
    }
    Err(Stalled::Declined(resident, Declined::Full(message)).into_error())
}

fn too_late<M: Message>(
    resident: &Arc<dyn AnyResident>,
    message: Routed<M>,
    timeout: Duration,
) -> Error {
    let (what, address) = (full(&**resident), resident.tenancy().address());
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
