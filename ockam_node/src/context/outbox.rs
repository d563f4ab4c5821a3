use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::headers::{ExtendedHeaders, Headers, Source};
use ockam_core::{Address, Addresses, Error, ErrorKind, Message, Result, Route, Routed};

use crate::delivery::{Access, AnyEndpoint, Subject, Waiting, allows};
use crate::node::Node;
use crate::send_error::SendError;
use crate::task::{blocking, consume_budget, current_end};
use crate::time::{Deadline, Timer};

/// Sends messages in the name of an address. Contexts, senders and handles share this part.
pub(crate) struct Outbox {
    pub(crate) node: Arc<Node>,
    /// The return route of the messages: the address in whose name they are sent. For a handle, it is
    /// empty.
    return_route: Route,
    /// The headers of the messages: their source and their trace.
    headers: Headers,
    timer: Timer,
    /// The rule for whom messages may go to, if there is one.
    outgoing: Option<Arc<Outgoing>>,
}

/// The rule of a worker for what goes out.
pub(crate) struct Outgoing {
    pub(crate) worker: Addresses,
    pub(crate) rule: Arc<dyn Access>,
}

impl Outgoing {
    /// Checks whether messages may go to an address. To itself, a worker may always send.
    ///
    /// # Errors
    ///
    /// Returns `Denied` if not.
    pub(crate) fn check(&self, to: &Address) -> Result<()> {
        let own = self.worker.as_slice();
        let Some(worker) = own.first().filter(|_| !own.contains(to)) else {
            return Ok(());
        };
        if allows(&*self.rule, worker, &Subject::receiver(to)) {
            return Ok(());
        }
        let why = format!("{worker} may not send to {to}");
        Err(Error::new(ErrorKind::Denied, why))
    }

    /// Checks whether messages may go to one of the addresses of a worker.
    ///
    /// # Errors
    ///
    /// Returns `Denied` if not.
    pub(crate) fn check_any(&self, to: &Addresses) -> Result<()> {
        let mut checked = Ok(());
        for address in to.as_slice() {
            checked = self.check(address);
            if checked.is_ok() {
                break;
            }
        }
        checked
    }
}

/// The endpoint of the context that sends or asks. It must not wait for its own mailbox or answer. It
/// is `None` if the caller is not a context.
pub(crate) type Caller<'a> = Option<&'a dyn AnyEndpoint>;

/// The rest of a send that found no room. It is boxed, so that the future of a send that doesn't wait
/// is small.
pub(crate) type Unfinished<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

impl Outbox {
    pub(crate) fn new(node: Arc<Node>, source: Source, return_route: Route) -> Self {
        Self {
            node,
            return_route,
            headers: Headers::from_source(source),
            timer: Timer::new(),
            outgoing: None,
        }
    }

    /// Returns an outbox with the same source and rules, and another return route.
    fn with_return_route(&self, return_route: Route) -> Self {
        Self {
            outgoing: self.outgoing.clone(),
            ..Self::new(self.node.clone(), self.source(), return_route)
        }
    }

    /// Sets whom messages may go to.
    pub(crate) fn set_outgoing(&mut self, outgoing: Option<Arc<Outgoing>>) {
        self.outgoing = outgoing;
    }

    pub(crate) fn outgoing(&self) -> Option<&Arc<Outgoing>> {
        self.outgoing.as_ref()
    }

    /// Delivers a message, if it may go along this route.
    #[inline]
    pub(crate) fn deliver<M: Message>(
        &self,
        route: &Route,
        message: Routed<M>,
    ) -> Result<(), SendError<Routed<M>>> {
        if self.outgoing.is_some() {
            if let Err(error) = self.check(route) {
                return Err(SendError::Failed(message, error));
            }
        }
        self.node.router.deliver(route, message)
    }

    /// Returns why messages may not go along a route, if they may not.
    #[inline(always)]
    pub(crate) fn denial(&self, route: &Route) -> Option<Error> {
        match self.outgoing {
            None => None,
            Some(_) => self.check(route).err(),
        }
    }

    /// Checks whether messages may go along a route. The answer to a question always may.
    ///
    /// # Errors
    ///
    /// Returns `Denied` if not.
    #[cold]
    pub(crate) fn check(&self, route: &Route) -> Result<()> {
        match (&self.outgoing, route.first(), route.reply_to()) {
            (Some(outgoing), Some(to), None) => outgoing.check(to),
            _ => Ok(()),
        }
    }

    /// Returns an outbox with the same source and without a return route.
    pub(crate) fn without_return_route(&self) -> Self {
        self.with_return_route(Route::new())
    }

    /// Returns an outbox that sends in the same name and has no trace.
    pub(crate) fn again(&self) -> Self {
        self.with_return_route(self.return_route.clone())
    }

    pub(crate) fn source(&self) -> Source {
        self.headers.source
    }

    /// Returns the address in whose name the messages are sent.
    pub(crate) fn address(&self) -> &Address {
        let address = self.return_route.first();
        address.expect("the outbox of a context or sender has an address")
    }

    /// Returns the name of the sender, for the log.
    pub(crate) fn name(&self) -> &dyn fmt::Display {
        match self.return_route.first() {
            Some(address) => address,
            None => &"a handle",
        }
    }

    /// Returns the trace of the messages.
    #[inline]
    pub(crate) fn trace(&self) -> Option<&str> {
        self.headers.trace().map(|trace| &**trace)
    }

    pub(crate) fn set_trace(&mut self, trace: Option<Arc<str>>) {
        self.headers.extended = trace.map(|trace| {
            let trace = Some(trace);
            Arc::new(ExtendedHeaders {
                trace,
                ..ExtendedHeaders::default()
            })
        });
    }

    /// Creates a message that is answered by a message to this address.
    #[inline]
    pub(crate) fn message<M>(&self, body: M) -> Routed<M> {
        self.answered_along(self.return_route.clone(), body)
    }

    /// Creates a message that is answered along another route.
    #[inline]
    pub(crate) fn answered_along<M>(&self, return_route: Route, body: M) -> Routed<M> {
        self.headers.clone().attach(body, return_route)
    }

    /// Sends a message if there is room at once.
    pub(crate) fn try_send<M: Message>(&self, route: &Route, body: M) -> Result<()> {
        let router = &self.node.router;
        let sent = self.deliver(route, self.message(body));
        sent.map_err(|refused| match router.waiting(route, refused) {
            Ok(waiting) => waiting.into_error(),
            Err(error) => error,
        })
    }

    /// Sends a message, and blocks the thread while there is no room.
    #[track_caller]
    pub(crate) fn blocking_send<M: Message>(&self, route: &Route, body: M) -> Result<()> {
        blocking::assert_may_block(&self.node.runtime, "blocking_send", "send_message(…).await");
        let router = &self.node.router;
        let Err(refused) = self.deliver(route, self.message(body)) else {
            return Ok(());
        };
        let waiting = router.waiting(route, refused)?;
        waiting.send_blocking(self.node.settings.send_timeout)
    }

    /// Sends a message along its onward route, and waits for room.
    pub(crate) async fn forward<M: Message>(
        &self,
        caller: Caller<'_>,
        message: Routed<M>,
    ) -> Result<()> {
        let onward = message.onward_route().clone();
        let headers = Headers::of(&message);
        if let Some(next) = onward.first().filter(|next| !headers.may_go_to(next)) {
            consume_budget().await;
            let why = format!("a message from another node may not go to {next}");
            return Err(Error::new(ErrorKind::Denied, why).with_undelivered(message.into_body()));
        }
        self.hand_on(caller, &onward, message).await
    }

    /// Sends a message that others may wait for along a route, and waits for room.
    pub(crate) async fn hand_on<M: Message>(
        &self,
        caller: Caller<'_>,
        route: &Route,
        message: Routed<M>,
    ) -> Result<()> {
        if let (Some(ask), Some(next)) = (message.return_route().reply_to(), route.first()) {
            let router = &self.node.router;
            if !self.node.waits.pass_on(&router.registry, ask, next) {
                // The asker has the error.
                consume_budget().await;
                return Ok(());
            }
        }
        match self.deliver(route, message) {
            Ok(()) => Ok(()),
            Err(refused) => self.send_when_room(caller, route, refused, false).await,
        }
    }

    /// Returns the timer that the waits of the owner share.
    pub(crate) fn timer(&self) -> &Timer {
        &self.timer
    }

    pub(crate) fn deadline(&self, timeout: Duration) -> Deadline<'_> {
        Deadline::new(&self.node.runtime, timeout, Some(&self.timer))
    }

    /// Returns the deadline of an ask. Inside of a handler, it is no later than that of the question that is
    /// being handled.
    #[inline]
    pub(crate) fn deadline_of_ask(&self, timeout: Duration) -> Deadline<'_> {
        self.deadline(timeout).at_latest(current_end())
    }

    /// Waits for room and sends a message that was refused, if it was refused for want of room. An answer does
    /// not wait for another node.
    #[cold]
    pub(crate) fn send_when_room<'a, M: Message>(
        &'a self,
        caller: Caller<'a>,
        route: &Route,
        refused: SendError<Routed<M>>,
        is_answer: bool,
    ) -> Unfinished<'a> {
        let mut waiting = self.waiting_for_others(caller, route, refused);
        if is_answer {
            waiting = match waiting.map(Waiting::send_to_peer) {
                Ok(Ok(sent)) => return Box::pin(ready(sent)),
                Ok(Err(waiting)) => Ok(waiting),
                Err(error) => Err(error),
            };
        }
        Box::pin(async move {
            match waiting {
                Ok(waiting) => {
                    let mut deadline = self.deadline(self.node.settings.send_timeout);
                    waiting.send(&mut deadline).await
                }
                Err(error) => {
                    consume_budget().await;
                    Err(error)
                }
            }
        })
    }

    /// Prepares the wait for room, unless only the caller could make room.
    pub(crate) fn waiting_for_others<M: Message>(
        &self,
        caller: Caller<'_>,
        route: &Route,
        refused: SendError<Routed<M>>,
    ) -> Result<Waiting<M>> {
        let waiting = self.node.router.waiting(route, refused)?;
        match caller {
            Some(caller) if waiting.is_at(caller.registration()) => Err(waiting.into_error()),
            _ => Ok(waiting),
        }
    }
}
