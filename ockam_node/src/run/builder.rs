mod start;
mod timeouts;

use super::executor::Executor;
use crate::context::Context;
use crate::node::Settings;

/// Starts a node with the default settings.
///
/// The node brings its own runtime. In async code, [`NodeBuilder::start`] starts one on the runtime that is there.
///
/// # Panics
///
/// Panics if the operating system does not provide the threads of the node, or the means to wait for
/// events.
///
/// # Examples
///
/// ```
/// let (ctx, mut executor) = ockam_node::start_node();
/// executor.execute(async move {
///     println!("this is {}", ctx.address());
///     ctx.stop().await
/// })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
pub fn start_node() -> (Context, Executor) {
    let started = NodeBuilder::new().build();
    started.expect("a node with the default settings starts")
}

/// Starts a node with its own settings.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use ockam_node::NodeBuilder;
///
/// let (ctx, mut executor) = NodeBuilder::new()
///     .name("alice")
///     .worker_threads(2)
///     .mailbox_capacity(256)
///     .ask_timeout(Duration::from_secs(5))
///     .build()?;
/// executor.execute(async move { ctx.stop().await })?;
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a node builder does nothing until `build` or `start` is called"]
pub struct NodeBuilder {
    settings: Settings,
    threads: Threads,
}

#[derive(Clone, Copy, Debug, Default)]
enum Threads {
    /// One thread for each core.
    #[default]
    Cores,
    Some(usize),
    Current,
}

impl NodeBuilder {
    /// Creates a builder with the default settings.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// let (ctx, mut executor) = NodeBuilder::new().build()?;
    /// executor.execute(async move { ctx.stop().await })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name of the node, which its threads and the log have. The default is `node`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// let (ctx, mut executor) = NodeBuilder::new().name("alice").build()?;
    /// executor.execute(async move {
    ///     let thread = tokio::spawn(async { std::thread::current().name().map(String::from) });
    ///     assert_eq!(thread.await?.as_deref(), Some("alice"));
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = name.into();
        self
    }

    /// Sets the number of threads that run the workers, from 1 to 32,768. The default is one for each core.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// let (ctx, mut executor) = NodeBuilder::new().worker_threads(2).build()?;
    /// executor.execute(async move {
    ///     assert_eq!(tokio::runtime::Handle::current().metrics().num_workers(), 2);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn worker_threads(mut self, threads: usize) -> Self {
        self.threads = Threads::Some(threads);
        self
    }

    /// Runs the workers on the thread that executes `main`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// use std::thread;
    ///
    /// let (ctx, mut executor) = NodeBuilder::new().current_thread().build()?;
    /// executor.execute(async move {
    ///     let elsewhere = tokio::spawn(async { thread::current().id() });
    ///     assert_eq!(elsewhere.await?, thread::current().id());
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn current_thread(mut self) -> Self {
        self.threads = Threads::Current;
        self
    }

    /// Sets the number of messages that a mailbox holds, at least 1. The default is 1,024.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// # use ockam_node::NodeBuilder;
    /// let (ctx, mut executor) = NodeBuilder::new().mailbox_capacity(1).build()?;
    /// executor.execute(async move {
    ///     ctx.try_send("app", 1_u64)?;
    ///     let refused = ctx.try_send("app", 2_u64).unwrap_err();
    ///     assert_eq!(refused.kind(), ErrorKind::MailboxFull);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn mailbox_capacity(mut self, messages: usize) -> Self {
        self.settings.mailbox_capacity = messages;
        self
    }

    /// Sets how many calls of [`Context::pipe_blocking`] run at a time, at least 1. The default is 64.
    ///
    /// Each takes a thread of the runtime for blocking calls, of which there are 512 unless the program brings
    /// its own runtime. Further calls wait.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_node::NodeBuilder;
    /// let (mut ctx, mut executor) = NodeBuilder::new().blocking_threads(1).build()?;
    /// executor.execute(async move {
    ///     for number in 1..=3_u64 {
    ///         ctx.pipe_blocking(move || Ok(number), |number| number.unwrap_or(0))?;
    ///     }
    ///     // One runs at a time. Their results may come in another order.
    ///     let mut sum = 0;
    ///     for _ in 1..=3 {
    ///         sum += *ctx.receive::<u64>().await?;
    ///     }
    ///     assert_eq!(sum, 6);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn blocking_threads(mut self, threads: usize) -> Self {
        self.settings.blocking_threads = threads;
        self
    }

    /// Sets whether workers measure how long their messages wait and how long their handlers take, for
    /// [`WorkerReport`](crate::WorkerReport). They don't by default.
    ///
    /// With this, a worker reads the clock three times for each message, and takes 6 KB more.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::{Result, Worker};
    /// # use ockam_node::{Context, NodeBuilder};
    /// # struct Echoer;
    /// # impl Worker for Echoer {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
    /// #         ctx.reply(msg).await
    /// #     }
    /// # }
    /// let (ctx, mut executor) = NodeBuilder::new().histograms(true).build()?;
    /// executor.execute(async move {
    ///     let echoer = ctx.start_worker("echoer", Echoer).await?;
    ///     echoer.ask::<u64>(7).await?;
    ///     let report = ctx.inspect_worker("echoer")?;
    ///     println!("{:?} at the 99th percentile", report.handler_times.map(|it| it.p99));
    ///     assert_eq!(report.mailbox_times.map(|it| it.count), Some(1));
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn histograms(mut self, keeps: bool) -> Self {
        self.settings.histograms = keeps;
        self
    }
}
