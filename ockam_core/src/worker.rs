use std::future::{Future, ready};

use crate::down::Down;
use crate::error::{Error, ErrorKind, Result};
use crate::message::Message;
use crate::routed::Routed;

/// Handles the messages that are sent to an address, one after another.
///
/// The methods return futures that are `Send`. A plain `async fn` implements them, without a macro or a
/// box. With the attribute `#[ockam::async_worker]`, `type Context` can be left out, and the errors of
/// the compiler are clearer.
///
/// # Examples
///
/// ```
/// use ockam_core::{Result, Worker};
///
/// struct Counter(u64);
///
/// impl Worker for Counter {
///     type Message = u64;
///     type Context = (); // `ockam::Context` on a node
///
///     async fn handle_message(&mut self, _ctx: &mut (), msg: u64) -> Result<()> {
///         self.0 += msg;
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a worker",
    label = "not a worker",
    note = "write `#[async_worker] impl Worker for {Self} {{ … }}` with a `type Message` and an `async fn handle_message`"
)]
pub trait Worker: Sized + Send + 'static {
    /// The type of the messages that this worker handles. [`Any`](crate::Any) takes every type.
    type Message: Message;

    /// The context that the methods get: `ockam::Context` on a node.
    type Context: Send;

    /// Prepares the worker before its first message. `start_worker` waits for it.
    ///
    /// # Errors
    ///
    /// `start_worker` returns the error. The worker doesn't start, and its address is free again.
    ///
    /// # Panics
    ///
    /// `start_worker` returns an error of the kind `Panicked`.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an `.await` when the start is dropped or exceeds its deadline, or when
    /// the worker is killed.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Result, Worker};
    ///
    /// struct Greeter(String);
    ///
    /// impl Worker for Greeter {
    ///     type Message = String;
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn initialize(&mut self, _ctx: &mut ()) -> Result<()> {
    ///         // Without the file, the worker doesn't start.
    ///         self.0 = std::fs::read_to_string("greeting.txt")?;
    ///         Ok(())
    ///     }
    /// }
    /// ```
    fn initialize(&mut self, ctx: &mut Self::Context) -> impl Future<Output = Result<()>> + Send {
        let _ = ctx;
        ready(Ok(()))
    }

    /// Handles one message.
    ///
    /// Without this method, a worker handles nothing. Messages that are sent to it are logged and
    /// counted as dead letters.
    ///
    /// # Errors
    ///
    /// The error of a question goes to the asker, any other one is logged. The worker goes on.
    ///
    /// # Panics
    ///
    /// A panic ends this worker and no other.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an `.await` when the worker is killed, or when its stop exceeds the
    /// deadline. A stop within the deadline never drops it.
    ///
    /// # Examples
    ///
    /// A handler is a method that a test can call without a node:
    ///
    /// ```
    /// use ockam_core::{Error, ErrorKind, Result, Worker};
    ///
    /// struct Counter(u64);
    ///
    /// impl Worker for Counter {
    ///     type Message = u64;
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn handle_message(&mut self, _ctx: &mut (), msg: u64) -> Result<()> {
    ///         let sum = self.0.checked_add(msg);
    ///         self.0 = sum.ok_or_else(|| Error::new(ErrorKind::InvalidInput, "too much to count"))?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// # let test = async {
    /// let mut counter = Counter(1);
    /// counter.handle_message(&mut (), 2).await?;
    /// assert_eq!(counter.0, 3);
    /// assert!(counter.handle_message(&mut (), u64::MAX).await.is_err());
    /// # Ok::<(), Error>(())
    /// # };
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(pin!(test).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    fn handle_message(
        &mut self,
        ctx: &mut Self::Context,
        msg: Self::Message,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, msg);
        let error = Error::new(ErrorKind::Unhandled, "the worker handles no messages");
        ready(Err(error))
    }

    /// Handles one message with its routes.
    ///
    /// The node calls this method. The default implementation calls
    /// [`handle_message`](Self::handle_message), whose documentation applies here, too.
    ///
    /// # Errors
    ///
    /// See [`handle_message`](Self::handle_message).
    ///
    /// # Panics
    ///
    /// A panic ends this worker and no other.
    ///
    /// # Cancel safety
    ///
    /// See [`handle_message`](Self::handle_message).
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, Result, Routed, Worker};
    ///
    /// struct Doorman(Vec<Address>);
    ///
    /// impl Worker for Doorman {
    ///     type Message = String;
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn handle_routed(&mut self, _ctx: &mut (), msg: Routed<String>) -> Result<()> {
    ///         self.0.extend(msg.sender().cloned());
    ///         Ok(())
    ///     }
    /// }
    /// ```
    #[inline]
    fn handle_routed(
        &mut self,
        ctx: &mut Self::Context,
        msg: Routed<Self::Message>,
    ) -> impl Future<Output = Result<()>> + Send {
        self.handle_message(ctx, msg.into_body())
    }

    /// Handles the failure of a message that this worker sent to another node and that was not
    /// delivered, or may not have been.
    ///
    /// A send to another node returns `Ok` once the connection has accepted the message. A failure
    /// after that is reported here. A node of upstream Ockam reports no failures. Without this method,
    /// the node logs the failure and counts a dead letter.
    ///
    /// # Errors
    ///
    /// The error is logged and counted as a dead letter.
    ///
    /// # Panics
    ///
    /// A panic ends this worker and no other.
    ///
    /// # Cancel safety
    ///
    /// See [`handle_message`](Self::handle_message).
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Error, ErrorKind, Result, Worker};
    ///
    /// #[derive(Default)]
    /// struct Reporter {
    ///     lost: u64,
    /// }
    ///
    /// impl Worker for Reporter {
    ///     type Message = String;
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn undelivered(&mut self, _ctx: &mut (), failure: Error) -> Result<()> {
    ///         if failure.kind() == ErrorKind::OutcomeUnknown {
    ///             return Err(failure);
    ///         }
    ///         self.lost += 1;
    ///         Ok(())
    ///     }
    /// }
    /// ```
    fn undelivered(
        &mut self,
        ctx: &mut Self::Context,
        failure: Error,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = ctx;
        ready(Err(failure))
    }

    /// Hears that something that this worker monitors has ended.
    ///
    /// It comes behind the messages that the mailbox had accepted before the end. It needs no room in the
    /// mailbox. Without this method, the node logs it.
    ///
    /// # Errors
    ///
    /// The error is logged.
    ///
    /// # Panics
    ///
    /// A panic ends this worker and no other.
    ///
    /// # Cancel safety
    ///
    /// See [`handle_message`](Self::handle_message).
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Down, Result, Worker};
    ///
    /// #[derive(Default)]
    /// struct Watcher {
    ///     failures: u64,
    /// }
    ///
    /// impl Worker for Watcher {
    ///     type Message = String;
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn down(&mut self, _ctx: &mut (), down: Down) -> Result<()> {
    ///         self.failures += u64::from(down.reason().is_failure());
    ///         Ok(())
    ///     }
    /// }
    /// ```
    fn down(
        &mut self,
        ctx: &mut Self::Context,
        down: Down,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = ctx;
        ready(Err(Error::new(ErrorKind::Unhandled, down.to_string())))
    }

    /// Hears that this worker is to stop, while its mailbox is still open.
    ///
    /// This is the time to wait for what is under way: to ask others, or to `receive` the results of work
    /// that was handed out. When this returns, the mailbox closes, what is queued is handled, and
    /// [`shutdown`](Self::shutdown) runs. The deadline of the stop covers all of it. This comes before the
    /// messages that are queued, and is not called when the worker is killed.
    ///
    /// # Errors
    ///
    /// The error is logged, and the stop goes on.
    ///
    /// # Panics
    ///
    /// A panic ends this worker and no other.
    ///
    /// # Cancel safety
    ///
    /// See [`handle_message`](Self::handle_message).
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Result, Worker};
    ///
    /// struct Door {
    ///     is_open: bool,
    /// }
    ///
    /// impl Worker for Door {
    ///     type Message = String;
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn stopping(&mut self, _ctx: &mut ()) -> Result<()> {
    ///         self.is_open = false;
    ///         Ok(())
    ///     }
    /// }
    /// ```
    fn stopping(&mut self, ctx: &mut Self::Context) -> impl Future<Output = Result<()>> + Send {
        let _ = ctx;
        ready(Ok(()))
    }

    /// Cleans up after the last message. It is not called after a panic or when the worker is killed.
    ///
    /// # Errors
    ///
    /// The error is logged.
    ///
    /// # Panics
    ///
    /// A panic is logged.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an `.await` when the stop exceeds its deadline, or when the worker is
    /// killed.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::fs::File;
    ///
    /// use ockam_core::{Result, Worker};
    ///
    /// struct Journal(File);
    ///
    /// impl Worker for Journal {
    ///     type Message = String;
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn shutdown(&mut self, _ctx: &mut ()) -> Result<()> {
    ///         self.0.sync_all()?;
    ///         Ok(())
    ///     }
    /// }
    /// ```
    fn shutdown(&mut self, ctx: &mut Self::Context) -> impl Future<Output = Result<()>> + Send {
        let _ = ctx;
        ready(Ok(()))
    }
}
