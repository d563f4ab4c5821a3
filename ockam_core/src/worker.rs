use std::future::{Future, ready};

use crate::error::{Error, ErrorKind, Result};
use crate::message::Message;
use crate::routed::Routed;

/// Handles the messages that arrive at an address, one after another.
///
/// The methods return futures that are `Send`, so a plain `async fn` implements them: no macro and
/// no box is needed. The attribute `#[ockam::async_worker]` saves `type Context` and explains
/// mistakes.
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
    /// The type of the messages that this worker handles; [`Any`](crate::Any) takes every type.
    type Message: Message;

    /// What the worker may do while it handles a message: `ockam::Context` on a node.
    type Context: Send;

    /// Prepares the worker, before its first message. `start_worker` waits for it.
    ///
    /// # Errors
    ///
    /// An error is that of `start_worker`: the worker doesn't start, and its address is free again.
    ///
    /// # Panics
    ///
    /// A panic is an error of `start_worker`, too.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an `.await` when the start is dropped or exceeds its deadline, and when
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
    /// A worker without this method handles nothing: what it is sent is logged and counted as a
    /// dead letter.
    ///
    /// # Errors
    ///
    /// An error goes to whoever asked, else it is logged. The worker lives on.
    ///
    /// # Panics
    ///
    /// A panic ends this worker and no other.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an `.await` when the worker is killed, and when its stop exceeds
    /// its deadline. It is never dropped by a stop in time.
    ///
    /// # Examples
    ///
    /// A handler is a method, which a test may call without a node:
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

    /// Handles one message and knows where it came from.
    ///
    /// The node calls this method; unless it is written, it passes the message on to
    /// [`handle_message`](Self::handle_message). Everything said there holds here.
    ///
    /// # Errors
    ///
    /// As those of [`handle_message`](Self::handle_message).
    ///
    /// # Panics
    ///
    /// A panic ends this worker and no other.
    ///
    /// # Cancel safety
    ///
    /// As that of [`handle_message`](Self::handle_message).
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

    /// Hears that a message which this worker sent to another node was not delivered, or may not have
    /// been.
    ///
    /// A send to another node is `Ok` once its connection has accepted the message; what goes wrong
    /// behind that comes back here. Between upstream Ockam's nodes nothing comes back. A worker without
    /// this method leaves it to the node, which logs it and counts a dead letter.
    ///
    /// # Errors
    ///
    /// An error is logged, and counted as a dead letter.
    ///
    /// # Panics
    ///
    /// A panic ends this worker and no other.
    ///
    /// # Cancel safety
    ///
    /// As that of [`handle_message`](Self::handle_message).
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

    /// Ends the worker, after its last message. Not called after a panic, nor when it is killed.
    ///
    /// # Errors
    ///
    /// An error is logged.
    ///
    /// # Panics
    ///
    /// A panic is logged.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an `.await` when the stop exceeds its deadline, and when the worker is
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
