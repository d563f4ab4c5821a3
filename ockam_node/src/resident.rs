use std::any::{Any as StdAny, type_name};

use ockam_core::{Address, Addresses, Any, Message, Routed};

use crate::life::Life;
use crate::mailbox::{Mailbox, Refused, Ticket, Turnstile, Wakeup};

/// Who lives at an address: a worker, or a context that receives by itself.
pub(crate) struct Resident<M> {
    pub(crate) tenancy: Tenancy,
    pub(crate) mailbox: Mailbox<Routed<M>>,
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
            Self::Full(message) | Self::Closed(message) | Self::WrongType(message) => message,
        }
    }

    fn map<N>(self, change: impl FnOnce(M) -> N) -> Declined<N> {
        match self {
            Self::Full(message) => Declined::Full(message.map(change)),
            Self::Closed(message) => Declined::Closed(message.map(change)),
            Self::WrongType(message) => Declined::WrongType(message.map(change)),
        }
    }
}

/// A resident, whatever the type of its messages.
pub(crate) trait AnyResident: Send + Sync {
    fn tenancy(&self) -> &Tenancy;
    /// The name of the type of message that it takes.
    fn takes(&self) -> &'static str;
    fn close(&self);
    fn turnstile(&self) -> &dyn Turnstile;
    fn as_any(&self) -> &dyn StdAny;
    /// Takes in a message of any type: with a ticket on the place granted to it, else if there is
    /// room.
    fn push_any(
        &self,
        ticket: Option<Ticket>,
        message: Routed<Any>,
    ) -> Result<Wakeup, Declined<Any>>;
}

impl<M: Message> AnyResident for Resident<M> {
    fn tenancy(&self) -> &Tenancy {
        &self.tenancy
    }

    fn takes(&self) -> &'static str {
        type_name::<M>()
    }

    fn close(&self) {
        self.mailbox.close();
    }

    fn turnstile(&self) -> &dyn Turnstile {
        &self.mailbox
    }

    fn as_any(&self) -> &dyn StdAny {
        self
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
}

impl<M: Message> Resident<M> {
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
    /// Takes a message in, as [`Resident::push`] does, whatever the resident takes.
    #[inline(always)]
    pub(crate) fn push<M: Message>(
        &self,
        ticket: Option<Ticket>,
        message: Routed<M>,
    ) -> Result<Wakeup, Declined<M>> {
        if let Some(resident) = self.as_any().downcast_ref::<Resident<M>>() {
            return resident.push(ticket, message);
        }
        self.push_any(ticket, message.map(Any::new))
            .map_err(|declined| {
                declined.map(|any| any.downcast().expect("it was put in two lines above"))
            })
    }
}
