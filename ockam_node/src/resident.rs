use std::any::{Any as StdAny, type_name};
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Wake;

use ockam_core::{Address, Addresses, Any, Error, ErrorKind, Message, Route, Routed};

use crate::failures::Failures;
use crate::life::Life;
use crate::mailbox::{Mailbox, Refused, Ticket, Turnstile, Wakeup};
use crate::panics::{Panic, called_caught, drop_caught, panic_message};
use crate::transport::{Delivery, Incoming, Link, Undelivered};

/// So many messages from another node are put into a mailbox together. They are read before, and the first
/// one waits meanwhile.
const TOGETHER: usize = 16;

/// Who lives at an address: a worker, or a context that receives by itself.
pub(crate) struct Resident<M> {
    pub(crate) tenancy: Tenancy,
    pub(crate) mailbox: Mailbox<Routed<M>>,
    pub(crate) failures: Failures,
}

/// What is known of a resident, whatever it receives.
pub(crate) struct Tenancy {
    /// Grows in the order of starts.
    pub(crate) id: u64,
    pub(crate) addresses: Addresses,
    pub(crate) role: Role,
    pub(crate) life: Life,
}

/// Who takes the messages out of a mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// The future of `main`.
    App,
    /// A relay, for a worker.
    Worker,
    /// Whoever called `Context::open`.
    Open,
    /// Nobody: what is sent here goes to another node.
    Link,
}

impl Tenancy {
    /// The first address, by which the resident is known.
    pub(crate) fn address(&self) -> &Address {
        let first = self.addresses.as_slice().first();
        first.expect("nothing is registered without an address")
    }
}

/// Why a message was not taken in, with the message.
pub(crate) enum Declined<M> {
    Full(Routed<M>),
    Closed(Routed<M>),
    WrongType(Routed<M>),
    /// A link refuses it.
    Unsent(Routed<M>, Error),
}

impl<M> From<Refused<Routed<M>>> for Declined<M> {
    fn from(refused: Refused<Routed<M>>) -> Self {
        match refused {
            Refused::Full(message) => Self::Full(message),
            Refused::Closed(message) => Self::Closed(message),
        }
    }
}

impl<M> Declined<M> {
    pub(crate) fn into_message(self) -> Routed<M> {
        match self {
            Self::Full(message)
            | Self::Closed(message)
            | Self::WrongType(message)
            | Self::Unsent(message, _) => message,
        }
    }

    fn map<N>(self, change: impl FnOnce(M) -> N) -> Declined<N> {
        match self {
            Self::Full(message) => Declined::Full(message.map(change)),
            Self::Closed(message) => Declined::Closed(message.map(change)),
            Self::WrongType(message) => Declined::WrongType(message.map(change)),
            Self::Unsent(message, error) => Declined::Unsent(message.map(change), error),
        }
    }
}

/// What messages are put into, and where senders wait for room.
pub(crate) enum Receiver<'a> {
    Mailbox(&'a dyn Turnstile),
    Link(&'a Arc<dyn Link>),
}

/// A resident, whatever the type of its messages.
pub(crate) trait AnyResident: StdAny + Send + Sync {
    fn tenancy(&self) -> &Tenancy;
    /// The name of the type of message that it takes.
    fn takes(&self) -> &'static str;
    /// Takes in nothing more. Tells whether nothing is left to be handled or told.
    fn close(&self) -> bool;
    /// What messages are put into here.
    fn receiver(&self) -> Receiver<'_>;
    /// Takes in a message of any type: with a ticket on the place granted to it, else if there is
    /// room.
    fn push_any(
        &self,
        ticket: Option<Ticket>,
        message: Routed<Any>,
    ) -> Result<Wakeup, Declined<Any>>;
    /// As [`push_any`](Self::push_any), for a message from another node.
    fn push_body(&self, ticket: Option<Ticket>, message: &Incoming<'_>) -> Result<(), Undelivered>;
    /// As [`push_body`](Self::push_body), for messages that differ from `message` by their bodies only, as
    /// far as there is room.
    fn push_bodies(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> Delivery;
    /// Tells a worker what became of so many messages that it sent. Gives it back if nobody listens.
    fn undelivered(&self, failure: Error, messages: u64) -> Result<(), Error>;
}

impl<M: Message> AnyResident for Resident<M> {
    fn tenancy(&self) -> &Tenancy {
        &self.tenancy
    }

    fn takes(&self) -> &'static str {
        type_name::<M>()
    }

    fn close(&self) -> bool {
        self.mailbox.close() && !self.failures.are_there()
    }

    fn receiver(&self) -> Receiver<'_> {
        Receiver::Mailbox(&self.mailbox)
    }

    fn push_any(
        &self,
        ticket: Option<Ticket>,
        message: Routed<Any>,
    ) -> Result<Wakeup, Declined<Any>> {
        let (any, return_route, arrival) = message.into_parts();
        match any.downcast::<M>() {
            Ok(body) => self
                .push(ticket, Routed::new(body, return_route, arrival))
                .map_err(|declined| declined.map(Any::new)),
            Err(any) => {
                if let Some(ticket) = ticket {
                    self.mailbox.leave(ticket);
                }
                let message = Routed::new(any, return_route, arrival);
                Err(Declined::WrongType(message))
            }
        }
    }

    fn push_body(&self, ticket: Option<Ticket>, message: &Incoming<'_>) -> Result<(), Undelivered> {
        let message = match called_caught(|| message.read::<M>()) {
            Ok(Ok(message)) => message,
            unreadable => {
                if let Some(ticket) = ticket {
                    self.mailbox.leave(ticket);
                }
                return Err(Undelivered::Failed(self.unreadable(unreadable)));
            }
        };
        match self.push(ticket, message) {
            Ok(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            Err(Declined::Full(_)) => Err(Undelivered::Full),
            Err(_) => Err(Undelivered::Failed(self.has_stopped())),
        }
    }

    fn push_bodies(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> Delivery {
        let mut delivered = 0;
        let mut messages = VecDeque::with_capacity(TOGETHER);
        let failure = loop {
            let arrival = message.shared();
            let read = called_caught(|| {
                for body in bodies.take(TOGETHER) {
                    let body = M::read_body(body, message.content.type_name)?;
                    let arrival = Some(arrival.clone());
                    messages.push_back(Routed::new(body, Route::new(), arrival));
                }
                Ok(())
            });
            let count = messages.len();
            let pushed = self.mailbox.try_push_all(&mut messages).map(Wakeup::wake);
            delivered += count - messages.len();
            match (pushed, read) {
                (None, _) => break Some(Undelivered::Failed(self.has_stopped())),
                (Some(()), _) if !messages.is_empty() => break Some(Undelivered::Full),
                (Some(()), Ok(Ok(()))) if count == TOGETHER => {}
                (Some(()), Ok(Ok(()))) => break None,
                (Some(()), read) => break Some(Undelivered::Failed(self.unreadable(read))),
            }
        };
        for message in messages {
            // A message whose `Drop` panics takes nothing else with it.
            let _ = drop_caught(message);
        }
        Delivery { delivered, failure }
    }

    fn undelivered(&self, failure: Error, messages: u64) -> Result<(), Error> {
        if self.tenancy.role != Role::Worker || !self.mailbox.is_open() {
            return Err(failure);
        }
        self.failures.push(failure, messages)?;
        self.mailbox.wake_receiver();
        Ok(())
    }
}

impl<M: Message> Wake for Resident<M> {
    /// Wakes a worker that rests.
    fn wake(self: Arc<Self>) {
        self.tenancy.life.call();
    }
}

impl<M: Message> Resident<M> {
    #[cold]
    fn unreadable<T>(&self, read: Result<Result<T, Error>, Panic>) -> Error {
        let (address, takes) = (self.tenancy.address(), type_name::<M>());
        let why = match read {
            Ok(Err(error)) => return error.context(format!("{address} takes `{takes}`")),
            Err(panic) => panic_message(&*panic).to_owned(),
            Ok(Ok(_)) => "of another cause".to_owned(),
        };
        let why = format!("{address} takes `{takes}`, whose `Deserialize` panicked: {why}");
        Error::new(ErrorKind::WrongType, why)
    }

    #[cold]
    fn has_stopped(&self) -> Error {
        let why = format!("{} has stopped", self.tenancy.address());
        Error::new(ErrorKind::Stopped, why)
    }

    /// Takes a message in: with a ticket on the place granted to it, else if there is room.
    #[inline(always)]
    pub(crate) fn push(
        &self,
        ticket: Option<Ticket>,
        message: Routed<M>,
    ) -> Result<Wakeup, Declined<M>> {
        match ticket {
            None => self.mailbox.try_push(message).map_err(Declined::from),
            Some(ticket) => {
                let pushed = self.mailbox.push_in_turn(ticket, message);
                pushed.map_err(Declined::Closed)
            }
        }
    }
}

impl dyn AnyResident {
    /// Returns the link that stands here, if no mailbox does.
    pub(crate) fn link(&self) -> Option<&Arc<dyn Link>> {
        match self.receiver() {
            Receiver::Mailbox(_) => None,
            Receiver::Link(link) => Some(link),
        }
    }

    /// Returns the resident, if it takes `M`.
    #[inline(always)]
    pub(crate) fn downcast_ref<M: Message>(&self) -> Option<&Resident<M>> {
        (self as &dyn StdAny).downcast_ref()
    }

    /// Takes a message in, as [`Resident::push`] does, whatever the resident takes.
    #[inline(always)]
    pub(crate) fn push<M: Message>(
        &self,
        ticket: Option<Ticket>,
        message: Routed<M>,
    ) -> Result<Wakeup, Declined<M>> {
        if let Some(resident) = self.downcast_ref::<M>() {
            return resident.push(ticket, message);
        }
        self.push_any(ticket, message.map(Any::new))
            .map_err(|declined| {
                declined.map(|any| any.downcast().expect("it was put in two lines above"))
            })
    }
}
