use std::sync::Arc;

use ockam_core::headers::Headers;
use ockam_core::{Any, Down, Error, Message, Routed};

use super::guard::{Guard, Verdict, denied};
use crate::delivery::any_endpoint::AnyEndpoint;
use crate::delivery::incoming::{DeliveredBatch, Incoming};
use crate::delivery::registration::Registration;
use crate::mailbox::{Capacity, Glance, Permit, Signal, Wakeup};
use crate::send_error::SendError;

/// The endpoint of a worker, behind its rules for what comes in.
pub(crate) struct GuardedEndpoint {
    inner: Arc<dyn AnyEndpoint>,
    guard: Arc<Guard>,
}

impl GuardedEndpoint {
    pub(crate) fn new(inner: &Arc<dyn AnyEndpoint>, guard: &Arc<Guard>) -> Self {
        Self {
            inner: inner.clone(),
            guard: guard.clone(),
        }
    }

    /// Lets the guard hear of the end of the worker.
    pub(crate) fn watch_end(&self) {
        self.guard.watch(self.registration());
    }

    pub(crate) fn guard(&self) -> &Arc<Guard> {
        &self.guard
    }

    /// Returns the endpoint behind the rules.
    pub(crate) fn inner(&self) -> &Arc<dyn AnyEndpoint> {
        &self.inner
    }

    /// Tells whether who has sent something may send to the worker, as far as that is known.
    pub(crate) fn admits(&self, headers: &Headers) -> bool {
        self.guard.check(self.registration(), headers) == Verdict::Allowed
    }

    /// Pushes a message, if its sender may send. It is refused as if there was no room while that is being decided.
    pub(crate) fn push<M: Message>(
        &self,
        permit: Option<Permit>,
        message: Routed<M>,
    ) -> Result<Wakeup, SendError<Routed<M>>> {
        let verdict = self.guard.check(self.registration(), Headers::of(&message));
        if verdict == Verdict::Allowed {
            return self.inner.push(permit, message);
        }
        self.give_back(permit);
        Err(match verdict {
            Verdict::Denied => SendError::Failed(message, denied(self.registration())),
            _ => SendError::Full(message),
        })
    }

    /// Waits until it is decided whether a message may pass.
    ///
    /// # Errors
    ///
    /// Returns why it may not.
    pub(crate) async fn decide(&self, headers: &Headers) -> Result<(), Error> {
        match self.guard.decide(self.registration(), headers).await {
            true => Ok(()),
            false => Err(denied(self.registration())),
        }
    }

    /// Waits until it is decided whether a message from another node may pass.
    ///
    /// # Errors
    ///
    /// Returns what the other node is told.
    pub(crate) async fn decide_incoming(&self, message: &Incoming<'_>) -> Result<(), Error> {
        let headers = headers_of(message);
        match self.guard.decide(self.registration(), &headers).await {
            true => Ok(()),
            false => Err(self.guard.refuse(self.registration(), message)),
        }
    }

    fn check_incoming(&self, message: &Incoming<'_>) -> Result<(), SendError<()>> {
        match self.guard.check(self.registration(), &headers_of(message)) {
            Verdict::Allowed => Ok(()),
            Verdict::Denied => {
                let refused = self.guard.refuse(self.registration(), message);
                Err(SendError::Failed((), refused))
            }
            Verdict::Open => Err(SendError::Full(())),
        }
    }

    fn give_back(&self, permit: Option<Permit>) {
        if let Some(permit) = permit {
            self.inner.capacity().give_back(permit);
        }
    }
}

fn headers_of(message: &Incoming<'_>) -> Headers {
    Headers {
        source: message.source,
        extended: Some(message.headers.clone()),
    }
}

impl AnyEndpoint for GuardedEndpoint {
    fn registration(&self) -> &Registration {
        self.inner.registration()
    }

    fn takes(&self) -> &'static str {
        self.inner.takes()
    }

    fn close(&self) {
        self.inner.close();
    }

    fn begin_stop(&self) {
        self.inner.begin_stop();
    }

    fn stop(&self) {
        self.inner.stop();
    }

    fn is_stopping(&self) -> bool {
        self.inner.is_stopping()
    }

    fn set_has_owned(&self, has_owned: bool) {
        self.inner.set_has_owned(has_owned);
    }

    fn owns_this_task(&self) -> bool {
        self.inner.owns_this_task()
    }

    fn has_signals(&self) -> bool {
        self.inner.has_signals()
    }

    fn look_closely(&self) {
        self.inner.look_closely();
    }

    fn down_behind(&self, number: u64) -> Option<(u64, Down)> {
        self.inner.down_behind(number)
    }

    fn generation(&self) -> u32 {
        self.inner.generation()
    }

    fn renew(&self) {
        self.inner.renew();
    }

    fn queued(&self) -> usize {
        self.inner.queued()
    }

    fn take_down(&self, number: u64) -> bool {
        self.inner.take_down(number)
    }

    fn take_monitor(&self, monitor: u64) -> bool {
        self.inner.take_monitor(monitor)
    }

    fn glance(&self) -> Glance {
        self.inner.glance()
    }

    fn is_open(&self) -> bool {
        self.inner.is_open()
    }

    fn begun(&self) -> usize {
        self.inner.begun()
    }

    fn capacity(&self) -> &dyn Capacity {
        self.inner.capacity()
    }

    fn push_any(
        &self,
        permit: Option<Permit>,
        message: Routed<Any>,
    ) -> Result<Wakeup, SendError<Routed<Any>>> {
        self.push(permit, message)
    }

    fn push_incoming(
        &self,
        permit: Option<Permit>,
        message: &Incoming<'_>,
    ) -> Result<(), SendError<()>> {
        match self.check_incoming(message) {
            Ok(()) => self.inner.push_incoming(permit, message),
            Err(refused) => {
                self.give_back(permit);
                Err(refused)
            }
        }
    }

    fn push_all_incoming(
        &self,
        message: &Incoming<'_>,
        bodies: &mut dyn Iterator<Item = &[u8]>,
    ) -> DeliveredBatch {
        match self.check_incoming(message) {
            Ok(()) => self.inner.push_all_incoming(message, bodies),
            Err(refused) => {
                // The first one is refused, and those behind it are left in `bodies`.
                bodies.next();
                DeliveredBatch {
                    delivered: 0,
                    failure: Some(refused),
                    weighed_bytes: 0,
                }
            }
        }
    }

    fn signal(&self, signal: Signal, times: u64) -> Result<(), Signal> {
        self.inner.signal(signal, times)
    }
}
