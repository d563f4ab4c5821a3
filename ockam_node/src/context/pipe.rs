use std::future::Future;

use ockam_core::{Message, Result};

use super::Context;
use super::work;

impl Context {
    /// Hands out work that takes its time. Its result comes to this context as a message, which `into` makes.
    ///
    /// The handler doesn't wait for it. The work ends in exactly one message: with its result, with its error,
    /// or with `Panicked` if it panics. The message waits for room in the mailbox. If `into` panics,
    /// [`Worker::undelivered`](ockam_core::Worker::undelivered) is told instead.
    ///
    /// The work is dropped at its `.await` when this worker ends, also if that is restarted. What is under way
    /// when the worker is asked to stop is waited for within the deadline of the stop, and its message is
    /// handled.
    ///
    /// # Errors
    ///
    /// Returns `WrongType` if `into` doesn't make messages of the worker's type, `MailboxFull` if 16,384 pieces
    /// of work are under way, and `Stopped` if the worker stops and its mailbox is closed. The work was not
    /// begun then.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::Result;
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let work = async {
    ///     tokio::time::sleep(Duration::from_millis(5)).await;
    ///     Ok("42".parse::<u64>()?)
    /// };
    /// ctx.pipe(work, |answer: Result<u64>| answer.unwrap_or(0))?;
    /// assert_eq!(ctx.receive::<u64>().await?, 42);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn pipe<T, M>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
        into: impl FnOnce(Result<T>) -> M + Send + 'static,
    ) -> Result<()>
    where
        T: Send + 'static,
        M: Message,
    {
        work::pipe(self.owner()?, work, into)
    }

    /// Hands out work that blocks its thread, such as a file or a long computation. Its result comes as
    /// [`pipe`](Self::pipe) says.
    ///
    /// It runs on a thread for such work, and not on those that run workers. The node runs as many calls at a
    /// time as [`NodeBuilder::blocking_threads`](crate::NodeBuilder::blocking_threads) says; others
    /// wait. A call that runs can't be interrupted: when its worker is killed, its result is dropped, and a
    /// call that never returns is counted in the [`StopReport`](crate::StopReport) of the node.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`pipe`](Self::pipe).
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::Result;
    /// # let (mut ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// let read = || Ok(std::fs::read_to_string("/nowhere/at/all")?);
    /// ctx.pipe_blocking(read, |text: Result<String>| match text {
    ///     Ok(text) => text,
    ///     Err(error) => format!("failed: {error}"),
    /// })?;
    /// assert!(ctx.receive::<String>().await?.starts_with("failed: "));
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn pipe_blocking<T, M>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
        into: impl FnOnce(Result<T>) -> M + Send + 'static,
    ) -> Result<()>
    where
        T: Send + 'static,
        M: Message,
    {
        let work = work::blocking(self.node().clone(), work);
        work::pipe(self.owner()?, work, into)
    }
}
