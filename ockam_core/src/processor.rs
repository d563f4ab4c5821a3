use std::future::{Future, ready};

use crate::error::Result;

/// A worker that runs a loop of its own, instead of waiting for messages.
///
/// The node calls [`process`](Self::process) again and again, one turn at a time, until it returns `Ok(false)`.
/// It stops a processor between two turns. A processor has an address and a mailbox like any worker, but handles
/// no messages by itself: it may `receive` some in a turn.
///
/// # Examples
///
/// ```
/// use ockam_core::{Processor, Result};
///
/// struct Countdown(u64);
///
/// impl Processor for Countdown {
///     type Context = (); // `ockam::Context` on a node
///
///     async fn process(&mut self, _ctx: &mut ()) -> Result<bool> {
///         println!("{}", self.0);
///         self.0 -= 1;
///         Ok(self.0 > 0)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a processor",
    label = "not a processor",
    note = "write `#[async_processor] impl Processor for {Self} {{ … }}` with an `async fn process`"
)]
pub trait Processor: Sized + Send + 'static {
    /// The access to the node, `ockam::Context`.
    type Context: Send;

    /// Prepares the processor, before its start returns.
    ///
    /// # Errors
    ///
    /// The error is that of the start, and the address is free again.
    ///
    /// # Panics
    ///
    /// A panic is the start's error, of the kind `Panicked`.
    ///
    /// # Cancel safety
    ///
    /// If the start is dropped or exceeds its deadline, the future is dropped at an `.await`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::fs::File;
    ///
    /// use ockam_core::{Processor, Result};
    ///
    /// struct Follow(Option<File>);
    ///
    /// impl Processor for Follow {
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn initialize(&mut self, _ctx: &mut ()) -> Result<()> {
    ///         self.0 = Some(File::open("/var/log/messages")?);
    ///         Ok(())
    ///     }
    ///
    ///     async fn process(&mut self, _ctx: &mut ()) -> Result<bool> {
    ///         Ok(false)
    ///     }
    /// }
    /// ```
    fn initialize(&mut self, ctx: &mut Self::Context) -> impl Future<Output = Result<()>> + Send {
        let _ = ctx;
        ready(Ok(()))
    }

    /// Runs one turn. `Ok(true)` goes on with the next one, and `Ok(false)` ends the processor well.
    ///
    /// A stop waits for the turn in hand, within its deadline. A turn that may wait for long ends sooner if it
    /// waits in a `receive`, or looks at `ctx.is_stopping()`.
    ///
    /// # Errors
    ///
    /// An error is a failure: the processor ends, or is started again, as after a panic. Only the `Stopped` of a
    /// processor that is told to stop is none.
    ///
    /// # Panics
    ///
    /// A panic ends this processor and no other worker.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped at an `.await` when the stop exceeds its deadline, or when the processor is killed.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Processor, Result};
    ///
    /// struct Fibonacci(u64, u64);
    ///
    /// impl Processor for Fibonacci {
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn process(&mut self, _ctx: &mut ()) -> Result<bool> {
    ///         (self.0, self.1) = (self.1, self.0 + self.1);
    ///         Ok(self.1 < 100)
    ///     }
    /// }
    /// ```
    fn process(&mut self, ctx: &mut Self::Context) -> impl Future<Output = Result<bool>> + Send;

    /// Cleans up after the last turn. It is not called after a failure, or when the processor is killed.
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
    /// The future is dropped at an `.await` when the stop exceeds its deadline, or when the processor is killed.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::fs::File;
    ///
    /// use ockam_core::{Processor, Result};
    ///
    /// struct Journal(File);
    ///
    /// impl Processor for Journal {
    ///     type Context = (); // `ockam::Context` on a node
    ///
    ///     async fn process(&mut self, _ctx: &mut ()) -> Result<bool> {
    ///         Ok(true)
    ///     }
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
