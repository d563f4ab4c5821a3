use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Address, Arrival, Error, ErrorKind, Message, Result, Route, Routed};

use crate::blocking;
use crate::deadline::{Deadline, Timer};
use crate::node::Node;
use crate::resident::AnyResident;
use crate::stalled::Stalled;

/// Sends messages in the name of an address.
pub(crate) struct Outbox {
    pub(crate) node: Arc<Node>,
    /// The return route of what is sent: the address in whose name.
    home: Route,
    timer: Timer,
    /// What is sent brings the trace along that stands here, if one does.
    trail: Option<Arc<Arrival>>,
}

/// The resident that would wait for itself if it waited for its own mailbox or answer. There is none
/// if it isn't the resident itself that waits.
pub(crate) type Waiting<'a> = Option<&'a dyn AnyResident>;

impl Outbox {
    pub(crate) fn new(node: Arc<Node>, home: Address) -> Self {
        Self {
            node,
            home: Route::from(home),
            timer: Timer::new(),
            trail: None,
        }
    }

    /// Returns the trace that what is sent belongs to.
    pub(crate) fn trace(&self) -> Option<&str> {
        self.trail.as_ref()?.trace.as_deref()
    }

    pub(crate) fn set_trace(&mut self, trace: Option<Arc<str>>) {
        self.trail = trace.map(|trace| {
            let trace = Some(trace);
            Arc::new(Arrival {
                trace,
                ..Arrival::default()
            })
        });
    }

    pub(crate) fn home(&self) -> &Address {
        let home = self.home.first();
        home.expect("an outbox is created with an address")
    }

    /// Makes a message of what is to be sent in the name of this address.
    #[inline]
    pub(crate) fn message<M>(&self, body: M) -> Routed<M> {
        Routed::new(body, self.home.clone(), self.trail.clone())
    }

    /// Delivers a message, or gives it back.
    pub(crate) fn try_send<M: Message>(&self, route: Route, body: M) -> Result<()> {
        let delivered = self.deliver(&route, self.home.clone(), body);
        delivered.map_err(Stalled::into_error)
    }

    /// Delivers a message, or blocks the thread while there is no room.
    pub(crate) fn blocking_send<M: Message>(&self, route: Route, body: M) -> Result<()> {
        blocking::assert_may_block(&self.node.runtime);
        let delivered = self.deliver(&route, self.home.clone(), body);
        delivered.or_else(|stalled| stalled.block(self.node.settings.send_timeout))
    }

    /// Delivers a message along its onward route, or waits for room.
    pub(crate) async fn pass_on<M: Message>(
        &self,
        waiting: Waiting<'_>,
        message: Routed<M>,
    ) -> Result<()> {
        let onward = message.onward_route().clone();
        if let Some(next) = onward.first().filter(|next| !admits(&message, next)) {
            let why = format!("a message from another node may not go to {next}");
            return Err(Error::new(ErrorKind::Denied, why).with_undelivered(message.into_body()));
        }
        match self.node.deliver(onward.as_slice(), message) {
            Ok(()) => Ok(()),
            Err(stalled) => self.wait_for_room(waiting, stalled).await,
        }
    }

    /// Returns the alarm that the owner's waits share.
    pub(crate) fn timer(&self) -> &Timer {
        &self.timer
    }

    pub(crate) fn deadline(&self, timeout: Duration) -> Deadline<'_> {
        Deadline::new(&self.node.runtime, timeout, Some(&self.timer))
    }

    /// Boxed, so that a send that doesn't wait has a small future.
    #[cold]
    pub(crate) fn wait_for_room<'a, M: Message>(
        &'a self,
        waiting: Waiting<'a>,
        stalled: Stalled<M>,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(async move {
            let mut deadline = self.deadline(self.node.settings.send_timeout);
            wait(waiting, stalled, &mut deadline).await
        })
    }

    /// Delivers a message if there is room.
    #[inline]
    pub(crate) fn deliver<M: Message>(
        &self,
        route: &Route,
        return_route: Route,
        body: M,
    ) -> Result<(), Stalled<M>> {
        let message = Routed::new(body, return_route, self.trail.clone());
        self.node.deliver(route.as_slice(), message)
    }
}

/// Tells whether a message may go to the next address: one from another node goes where its
/// connection may send.
fn admits<M>(message: &Routed<M>, next: &Address) -> bool {
    let origin = message
        .arrival()
        .and_then(|arrival| arrival.origin.as_ref());
    origin.is_none_or(|origin| next.replier().is_some() || origin.admits(next))
}

/// Waits for room, unless only the one who waits could make it.
pub(crate) async fn wait<M: Message>(
    waiting: Waiting<'_>,
    stalled: Stalled<M>,
    deadline: &mut Deadline<'_>,
) -> Result<()> {
    match waiting {
        Some(waiting) if stalled.is_at(waiting.tenancy().id) => Err(stalled.into_error()),
        _ => stalled.wait(deadline).await,
    }
}
