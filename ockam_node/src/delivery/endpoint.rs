use std::any::type_name;
use std::collections::VecDeque;

use ockam_core::headers::Headers;
use ockam_core::{Any, Down, Error, ErrorKind, Message, Route, Routed};

use super::any_endpoint::AnyEndpoint;
use super::incoming::{DeliveredBatch, Incoming, bytes};
use super::registration::{Registration, Role};
use crate::mailbox::{Capacity, Glance, Mailbox, Permit, Signal, Signals, Wakeup};
use crate::panics::{Panic, catch, drop_caught};
use crate::send_error::SendError;

/// The number of messages from another node that are pushed into a mailbox at once. The first one waits
/// while the others are decoded.
const MAX_BATCH_MESSAGES: usize = 16;

/// The part of a worker, or of an open context, that senders share.
pub(crate) struct Endpoint<M> {
    pub(crate) registration: Registration,
    pub(crate) mailbox: Mailbox<Routed<M>>,
    pub(crate) signals: Signals,
}

impl<M: Message> Endpoint<M> {
    pub(crate) fn new(registration: Registration, capacity: usize) -> Self {
        Self {
            registration,
            mailbox: Mailbox::new(capacity),
            signals: Signals::default(),
        }
    }

    /// Pushes a message. Without a permit, it is refused if there is no room.
    #[inline(always)]
    pub(crate) fn push(
        &self,
        permit: Option<Permit>,
        message: Routed<M>,
    ) -> Result<Wakeup, SendError<Routed<M>>> {
        match permit {
            None => self.mailbox.try_push(message),
            Some(permit) => self.mailbox.push_reserved(permit, message),
        }
    }

    /// Closes the mailbox of an owner that is to stop, unless a worker is to hear of it first.
    fn begin_to_close(&self) {
        match self.registration.role {
            // Those that it owns may be the ones that wait for room. They end soon.
            Role::Worker if self.signals.has_owned() => self.mailbox.wake_receiver(),
            Role::Worker => self.mailbox.close_when_full(),
            Role::App | Role::Open | Role::Link => self.mailbox.close(),
        }
    }

    /// Decodes messages that share their headers, until one can't be decoded.
    fn decode_batch(
        &self,
        message: &Incoming<'_>,
        headers: &Headers,
        bodies: &[&[u8]],
        messages: &mut VecDeque<Routed<M>>,
    ) -> Result<(), Error> {
        let decoded = catch(|| {
            for body in bodies {
                let body = M::read_body(body, message.content.body_type)?;
                messages.push_back(headers.clone().attach(body, Route::new()));
            }
            Ok(())
        });
        match decoded {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(undecodable::<M>(&self.registration, error)),
            Err(panic) => Err(decoder_panicked::<M>(&self.registration, &panic)),
        }
    }
}

impl<M: Message> AnyEndpoint for Endpoint<M> {
    fn registration(&self) -> &Registration {
        &self.registration
    }

    fn takes(&self) -> &'static str {
        type_name::<M>()
    }

    fn close(&self) {
        self.mailbox.close();
    }

    fn begin_stop(&self) {
        self.signals.begin_stop();
        self.begin_to_close();
    }

    fn stop(&self) {
        match self.signals.stop() {
            true => self.mailbox.close(),
            false => self.begin_to_close(),
        }
    }

    fn is_stopping(&self) -> bool {
        self.signals.is_stopping()
    }

    fn set_has_owned(&self, has_owned: bool) {
        self.signals.set_has_owned(has_owned);
    }

    fn owns_this_task(&self) -> bool {
        self.signals.has_owned() && self.registration.watchers.owns_this_task()
    }

    fn has_signals(&self) -> bool {
        !self.signals.is_empty()
    }

    fn look_closely(&self) {
        self.signals.look_closely();
    }

    fn down_behind(&self, number: u64) -> Option<(u64, Down)> {
        self.signals.down_behind(number)
    }

    fn generation(&self) -> u32 {
        self.signals.generation()
    }

    fn renew(&self) {
        self.signals.renew();
    }

    fn queued(&self) -> usize {
        self.mailbox.accepted().wrapping_sub(self.mailbox.begun())
    }

    fn glance(&self) -> Glance {
        self.mailbox.glance()
    }

    fn take_down(&self, number: u64) -> bool {
        self.signals.take_down(number)
    }

    fn take_monitor(&self, monitor: u64) -> bool {
        self.signals.take_monitor(monitor)
    }

    fn is_open(&self) -> bool {
        self.mailbox.count().is_some()
    }

    fn begun(&self) -> usize {
        self.mailbox.begun()
    }

    fn capacity(&self) -> &dyn Capacity {
        &self.mailbox
    }

    fn push_any(
        &self,
        permit: Option<Permit>,
        message: Routed<Any>,
    ) -> Result<Wakeup, SendError<Routed<Any>>> {
        let (any, return_route, headers) = Headers::detach(message);
        match any.downcast::<M>() {
            Ok(body) => self
                .push(permit, headers.attach(body, return_route))
                .map_err(|refused| refused.map(|message| message.map(Any::new))),
            Err(any) => {
                if let Some(permit) = permit {
                    self.mailbox.give_back(permit);
                }
                Err(SendError::WrongType(headers.attach(any, return_route)))
            }
        }
    }

    fn push_incoming(
        &self,
        permit: Option<Permit>,
        message: &Incoming<'_>,
    ) -> Result<(), SendError<()>> {
        match decode::<M>(&self.registration, message) {
            Ok(message) => self
                .push(permit, message)
                .map(Wakeup::wake)
                .map_err(|refused| refused.map(|_| ())),
            Err(error) => {
                if let Some(permit) = permit {
                    self.mailbox.give_back(permit);
                }
                Err(SendError::Failed((), error))
            }
        }
    }

    fn push_all_incoming(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> DeliveredBatch {
        let (mut delivered, mut weighed_bytes) = (0, 0);
        let mut messages = VecDeque::with_capacity(MAX_BATCH_MESSAGES);
        let failure = loop {
            let mut batch = [&[][..]; MAX_BATCH_MESSAGES];
            let mut taken = 0;
            for (place, body) in batch.iter_mut().zip(&mut *bodies) {
                *place = body;
                taken += 1;
            }
            let batch = &batch[..taken];
            let weight = message.weigh(batch);
            let headers = message.shared_headers(weight.clone());
            let decoded = self.decode_batch(message, &headers, batch, &mut messages);
            let count = messages.len();
            let pushed = self.mailbox.try_push_all(&mut messages).map(Wakeup::wake);
            let (pushed_bodies, others) = batch.split_at(count - messages.len());
            if let Some(weight) = weight {
                weighed_bytes += bytes(pushed_bodies);
                if !others.is_empty() {
                    weight.undelivered(others.len(), bytes(others));
                }
            }
            delivered += count - messages.len();
            match (pushed, decoded) {
                (None, _) => break Some(SendError::Closed(())),
                (Some(()), _) if !messages.is_empty() => break Some(SendError::Full(())),
                (Some(()), Err(error)) => break Some(SendError::Failed((), error)),
                (Some(()), Ok(())) if count < MAX_BATCH_MESSAGES => break None,
                (Some(()), Ok(())) => {}
            }
        };
        for message in messages {
            // If the `Drop` of one message panics, the others are still dropped.
            let _ = drop_caught(message);
        }
        DeliveredBatch {
            delivered,
            failure,
            weighed_bytes,
        }
    }

    fn signal(&self, signal: Signal, times: u64) -> Result<(), Signal> {
        let is_worker = self.registration.role == Role::Worker;
        let behind = match (&signal, self.mailbox.count()) {
            (Signal::Undelivered(_), Some(count)) if is_worker => count,
            (Signal::Undelivered(_), _) => return Err(signal),
            (_, Some(count)) => count,
            // Behind all that there will ever be, which the owner may still come to.
            (_, None) => self.mailbox.accepted(),
        };
        self.signals.push(signal, times, behind)?;
        self.mailbox.wake_receiver();
        Ok(())
    }
}

/// Decodes a message from another node, for a receiver of messages of type `M`.
pub(super) fn decode<M: Message>(
    receiver: &Registration,
    message: &Incoming<'_>,
) -> Result<Routed<M>, Error> {
    match catch(|| message.decode::<M>()) {
        Ok(Ok(decoded)) => Ok(decoded),
        Ok(Err(error)) => Err(undecodable::<M>(receiver, error)),
        Err(panic) => Err(decoder_panicked::<M>(receiver, &panic)),
    }
}

#[cold]
fn undecodable<M>(receiver: &Registration, error: Error) -> Error {
    let (address, takes) = (receiver.address(), type_name::<M>());
    error.context(format!("{address} takes `{takes}`"))
}

#[cold]
fn decoder_panicked<M>(receiver: &Registration, panic: &Panic) -> Error {
    let (address, takes) = (receiver.address(), type_name::<M>());
    let why = panic.message();
    let why = format!("{address} takes `{takes}`, whose `Deserialize` panicked: {why}");
    Error::new(ErrorKind::WrongType, why)
}
