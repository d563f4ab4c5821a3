use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use ockam_core::{Address, Message, Result, Route, Routed};

use super::stop::stop_worker;
use crate::context::{Awaited, Outbox};
use crate::delivery::{Destination, Endpoint, MailboxEntry, Waiting};
use crate::mailbox::Wakeup;
use crate::node::Settings;
use crate::send_error::SendError;
use crate::task::blocking;

/// Reaches one worker without its address, with the type of its messages known to the compiler.
///
/// `start_worker` returns it. It sends in nobody's name: an answer goes to whoever asked, but a
/// message that was only sent has no return route. It does not keep the worker alive.
///
/// It doesn't know who waits for it: a handler that sends to its own full mailbox with it, or asks its
/// own worker, waits until the deadline.
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
    /// Without a return route.
    outbox: Outbox,
    endpoint: Arc<Endpoint<M>>,
}

impl<M: Message> WorkerHandle<M> {
    /// Creates a handle that sends in the name of whoever started the worker.
    pub(crate) fn new(starter: &Outbox, endpoint: Arc<Endpoint<M>>) -> Self {
        Self {
            outbox: starter.without_return_route(),
            endpoint,
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

    /// Sends a message and returns when it is in the worker's mailbox.
    ///
    /// # Errors
    ///
    /// `Stopped`, and `TimedOut` if the mailbox has no room within the deadline of a send.
    /// [`Error::take`](ockam_core::Error::take) gives the message back.
    ///
    /// # Cancel safety
    ///
    /// A message whose send was dropped before it was done was not sent.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         ctx.send_message("app", msg).await
    /// #     }
    /// # }
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let echoer = ctx.start_worker("echoer", Echoer).await?;
    /// echoer.send(7).await?;
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn send(&self, msg: M) -> Result<()> {
        let Err(refused) = self.push(self.outbox.answered_along(Route::new(), msg)) else {
            return Ok(());
        };
        // Boxed, so that a send that doesn't wait has a small future.
        Box::pin(async move {
            let mut deadline = self.outbox.deadline(self.settings().send_timeout);
            self.waiting(refused)?.send(&mut deadline).await
        })
        .await
    }

    /// Sends a message if there is room for it at once.
    ///
    /// # Errors
    ///
    /// `Stopped` and `MailboxFull`. [`Error::take`](ockam_core::Error::take) gives the message back.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{ErrorKind, Worker};
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
    /// let mut error = echoer.try_send(7).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Stopped);
    /// assert_eq!(error.take::<u64>(), Some(7));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn try_send(&self, msg: M) -> Result<()> {
        let pushed = self.push(self.outbox.answered_along(Route::new(), msg));
        pushed.map_err(|refused| self.destination().error_of(refused))
    }

    /// Sends a message from code that isn't async, and blocks the thread while there is no room.
    ///
    /// # Errors
    ///
    /// As those of [`send`](Self::send).
    ///
    /// # Panics
    ///
    /// Panics within async code, where it would block other tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         ctx.send_message("app", msg).await
    /// #     }
    /// # }
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let echoer = ctx.start_worker("echoer", Echoer).await?;
    /// std::thread::spawn(move || echoer.blocking_send(7));
    /// assert_eq!(ctx.receive::<u64>().await?, 7);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn blocking_send(&self, msg: M) -> Result<()> {
        blocking::assert_may_block(&self.outbox.node.runtime);
        let Err(refused) = self.push(self.outbox.answered_along(Route::new(), msg)) else {
            return Ok(());
        };
        let waiting = self.waiting(refused)?;
        waiting.send_blocking(self.settings().send_timeout)
    }

    /// Sends a question and waits for the answer, at most for the deadline of an ask.
    ///
    /// # Errors
    ///
    /// As those of [`Context::ask`](crate::Context::ask).
    ///
    /// # Cancel safety
    ///
    /// A dropped ask may have been handled. Its answer is discarded.
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
    /// let answer: u64 = doubler.ask(21).await?;
    /// assert_eq!(answer, 42);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ask<R: Message>(&self, msg: M) -> impl Future<Output = Result<R>> + Send {
        self.ask_timeout(msg, self.settings().ask_timeout)
    }

    /// As [`ask`](Self::ask), with a deadline of its own.
    ///
    /// # Errors
    ///
    /// As those of [`Context::ask`](crate::Context::ask).
    ///
    /// # Cancel safety
    ///
    /// A dropped ask may have been handled. Its answer is discarded.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{ErrorKind, Result, Worker};
    /// # use ockam_node::Context;
    /// # struct Stuck;
    /// # impl Worker for Stuck {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, _: &mut Context, _: u64) -> Result<()> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let stuck = ctx.start_worker("stuck", Stuck).await?;
    /// let asked = stuck.ask_timeout::<u64>(7, Duration::from_millis(5)).await;
    /// assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    /// # ctx.kill_worker("stuck").await?;
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub async fn ask_timeout<R: Message>(&self, msg: M, timeout: Duration) -> Result<R> {
        let task = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
        let (return_route, mut awaited) = Awaited::begin(self.outbox.deadline(timeout), task);
        if let Err(refused) = self.push(self.outbox.answered_along(return_route, msg)) {
            let waiting = self.waiting(refused)?;
            Box::pin(waiting.send(awaited.deadline())).await?;
        }
        let asked = self.address();
        poll_fn(|cx| awaited.poll(asked, cx)).await
    }

    /// Stops the worker, as [`Context::stop_worker`](crate::Context::stop_worker) does.
    ///
    /// # Errors
    ///
    /// As those of [`Context::stop_worker`](crate::Context::stop_worker). A worker that has stopped
    /// is no error.
    ///
    /// # Cancel safety
    ///
    /// The stop goes on when this future is dropped.
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
        let node = &self.outbox.node;
        stop_worker(node, self.endpoint.clone(), &node.timer).await
    }

    #[inline]
    fn push(&self, message: Routed<M>) -> Result<(), SendError<Routed<M>>> {
        self.endpoint.push(None, message).map(Wakeup::wake)
    }

    /// Returns where a message that was refused can wait for room.
    #[cold]
    fn waiting(&self, refused: SendError<Routed<M>>) -> Result<Waiting<M>> {
        let destination = self.destination();
        match refused {
            SendError::Full(message) => Ok(Waiting::new(destination, Route::new(), message)),
            refused => Err(destination.error_of(refused)),
        }
    }

    fn destination(&self) -> Destination {
        Destination::Mailbox(MailboxEntry {
            endpoint: self.endpoint.clone(),
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
        }
    }
}

impl<M> fmt::Debug for WorkerHandle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.endpoint.registration.address();
        f.debug_tuple("WorkerHandle").field(address).finish()
    }
}
