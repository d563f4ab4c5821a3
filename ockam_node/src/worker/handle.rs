mod ask;
mod send;

use std::fmt;
use std::sync::Arc;

use ockam_core::{Address, Error, ErrorKind, Message, Result, Route, Routed};

use super::stop::stop_worker;
use crate::context::{Ended, Outbox, watch_end};
use crate::delivery::{
    AnyEndpoint, Destination, Endpoint, Guard, GuardedEndpoint, MailboxEntry, Role, Target, Waiting,
};
use crate::mailbox::Wakeup;
use crate::node::Settings;
use crate::send_error::SendError;

/// Sends to one worker without looking up its address. The compiler checks the type of the messages.
///
/// `start_worker` returns it. An ask gets its answer, but a message that is only sent has no return
/// route. The handle does not keep the worker alive. It leads to each incarnation of a worker that is started
/// again, and also to a worker of the same message type that is started at the address after this one has
/// ended.
///
/// It doesn't know which handler uses it. A handler that uses it to send to its own full mailbox, or to
/// ask its own worker, waits until the deadline.
///
/// # Examples
///
/// ```
/// # use ockam_core::{Result, Worker};
/// # use ockam_node::Context;
/// # struct Doubler;
/// # impl Worker for Doubler {
/// #     type Message = u64;
/// #     type Context = Context;
/// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
/// #         ctx.reply(2 * msg).await
/// #     }
/// # }
/// # let (ctx, mut executor) = ockam_node::start_node();
/// # executor.execute(async move {
/// let doubler = ctx.start_worker("doubler", Doubler).await?;
/// assert_eq!(doubler.ask::<u64>(21).await?, 42);
/// # ctx.stop().await
/// # })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
pub struct WorkerHandle<M> {
    /// It has no return route.
    outbox: Outbox,
    endpoint: Arc<Endpoint<M>>,
    /// The rules for what comes in, if the worker has some.
    guarded: Option<Arc<GuardedEndpoint>>,
}

impl<M: Message> WorkerHandle<M> {
    /// Creates a handle whose messages have the source of the starter.
    pub(crate) fn new(
        starter: &Outbox,
        endpoint: Arc<Endpoint<M>>,
        guard: Option<Arc<Guard>>,
    ) -> Self {
        let guarded = guard.map(|guard| {
            let endpoint: Arc<dyn AnyEndpoint> = endpoint.clone();
            Arc::new(GuardedEndpoint::new(&endpoint, &guard))
        });
        Self {
            outbox: starter.without_return_route(),
            endpoint,
            guarded,
        }
    }

    /// Returns the first address of the worker.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Address, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = String;
    /// #     type Context = Context;
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let echoer = ctx.start_worker(["echoer", "parrot"], Echoer).await?;
    /// assert_eq!(echoer.address(), &Address::from("echoer"));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn address(&self) -> &Address {
        self.endpoint.registration.address()
    }

    /// Waits for the end of the worker, and says why it has ended. It can be called any number of times.
    ///
    /// If the worker is started again after a failure, the wait goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{DownReason, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let echoer = ctx.start_worker("echoer", Echoer).await?;
    /// ctx.kill_worker("echoer").await?;
    /// assert_eq!(echoer.ended().await.reason(), &DownReason::Killed);
    /// assert_eq!(echoer.ended().await.reason(), &DownReason::Killed);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ended(&self) -> Ended {
        let endpoint: Arc<dyn AnyEndpoint> = self.endpoint.clone();
        let number = self.outbox.node.next_id();
        watch_end(number, self.address().clone(), Target::of(&endpoint))
    }

    /// Stops the worker, as [`Context::stop_worker`](crate::Context::stop_worker) does.
    ///
    /// # Errors
    ///
    /// See [`Context::stop_worker`](crate::Context::stop_worker). Returns `Ok` if the worker has
    /// stopped already, and `UnknownAddress` if another worker has been started at its address since: that
    /// one is left alone.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the stop goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Worker;
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let echoer = ctx.start_worker("echoer", Echoer).await?;
    /// echoer.stop().await?;
    /// assert!(ctx.list_workers().is_empty());
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn stop(&self) -> Result<()> {
        if !self.endpoint.is_open() && self.successor().is_some() {
            let address = self.address();
            let why = format!("the worker of this handle has ended; another one is at {address}");
            return Err(Error::new(ErrorKind::UnknownAddress, why));
        }
        let node = &self.outbox.node;
        stop_worker(node, self.endpoint.clone(), &node.timer).await
    }

    pub(crate) fn endpoint(&self) -> Arc<dyn AnyEndpoint> {
        self.endpoint.clone()
    }

    #[inline]
    fn push(&self, message: Routed<M>) -> Result<(), SendError<Routed<M>>> {
        if self.guarded.is_some() || self.outbox.outgoing().is_some() {
            return self.push_by_rules(message);
        }
        match self.endpoint.push(None, message) {
            Ok(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            Err(refused) => self.push_to_successor(refused),
        }
    }

    /// Pushes a message, if the rules of the sender and of the worker let it pass.
    #[cold]
    fn push_by_rules(&self, message: Routed<M>) -> Result<(), SendError<Routed<M>>> {
        let checked = match self.outbox.outgoing() {
            Some(outgoing) => outgoing.check_any(&self.endpoint.registration.addresses),
            None => Ok(()),
        };
        if let Err(error) = checked {
            return Err(SendError::Failed(message, error));
        }
        let pushed = match &self.guarded {
            Some(guarded) => guarded.push(None, message),
            None => self.endpoint.push(None, message),
        };
        match pushed {
            Ok(wakeup) => {
                wakeup.wake();
                Ok(())
            }
            Err(refused) => self.push_to_successor(refused),
        }
    }

    /// Pushes a message that the worker refused because it has ended to the one at its address now.
    #[cold]
    fn push_to_successor(&self, refused: SendError<Routed<M>>) -> Result<(), SendError<Routed<M>>> {
        match (refused, self.successor()) {
            (SendError::Closed(message), Some(successor)) => {
                successor.push(None, message).map(Wakeup::wake)
            }
            (refused, _) => Err(refused),
        }
    }

    /// Returns the worker of the same message type that has been started at the address since this one has
    /// ended.
    fn successor(&self) -> Option<Arc<dyn AnyEndpoint>> {
        let found = self.outbox.node.router.registry.look_up(self.address())?;
        let found = found.mailbox()?;
        let registration = found.registration();
        let is_successor = registration.id != self.endpoint.registration.id
            && registration.role == Role::Worker
            && found.takes_messages::<M>();
        is_successor.then(|| found.clone())
    }

    /// Prepares the wait for room of a message that was refused.
    #[cold]
    fn waiting(&self, refused: SendError<Routed<M>>) -> Result<Waiting<M>> {
        let destination = self.destination();
        match refused {
            SendError::Full(message) => Ok(Waiting::new(destination, Route::new(), message)),
            refused => Err(destination.error_of(refused)),
        }
    }

    fn destination(&self) -> Destination {
        let successor = match self.endpoint.is_open() {
            true => None,
            false => self.successor(),
        };
        Destination::Mailbox(MailboxEntry {
            endpoint: successor.unwrap_or_else(|| match &self.guarded {
                Some(guarded) => guarded.clone(),
                None => self.endpoint.clone(),
            }),
            headers: None,
        })
    }

    fn settings(&self) -> &Settings {
        &self.outbox.node.settings
    }
}

impl<M> Clone for WorkerHandle<M> {
    fn clone(&self) -> Self {
        Self {
            outbox: self.outbox.again(),
            endpoint: self.endpoint.clone(),
            guarded: self.guarded.clone(),
        }
    }
}

impl<M> fmt::Debug for WorkerHandle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.endpoint.registration.address();
        f.debug_tuple("WorkerHandle").field(address).finish()
    }
}
