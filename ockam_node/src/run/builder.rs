use std::panic::catch_unwind;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Address, Addresses, Any, Error, ErrorContext, ErrorKind, Result};
use tokio::runtime::{Builder, Handle, Runtime};

use super::executor::Executor;
use crate::context::Context;
use crate::delivery::Role;
use crate::node::{Node, Settings};
use crate::time::clock::sleep;

/// How many worker threads a node has at most. The scheduler of tokio counts them in 16 bits.
const MAX_WORKER_THREADS: usize = 1 << 15;

/// Starts a node with the default settings.
///
/// # Panics
///
/// Panics if the operating system refuses the threads of the node, or what they need to wait for
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

/// Starts a node with settings of its own.
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
    /// As many as there are cores.
    #[default]
    Cores,
    Some(usize),
    Current,
}

impl NodeBuilder {
    /// Takes the default settings.
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

    /// Names the node, in the names of its threads and in the log. The default is `node`.
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

    /// Sets how many threads run the workers, from 1 to 32,768. The default is one for each core.
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

    /// Sets how many messages may wait in a mailbox, at least 1. The default is 1,024.
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

    /// Sets how long a send waits for room. The default is 30 s.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::ErrorKind;
    /// # use ockam_node::NodeBuilder;
    /// let node = NodeBuilder::new().mailbox_capacity(1).send_timeout(Duration::from_millis(5));
    /// let (ctx, mut executor) = node.build()?;
    /// executor.execute(async move {
    ///     let sender = ctx.sender();
    ///     sender.send_message("app", 1_u64).await?;
    ///     let sent = sender.send_message("app", 2_u64).await;
    ///     assert_eq!(sent.unwrap_err().kind(), ErrorKind::TimedOut);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.settings.send_timeout = timeout;
        self
    }

    /// Sets how long an ask waits for its answer. The default is 30 s.
    ///
    /// It never ends early, and may end late by a sixty-fourth of this and two milliseconds, as every
    /// deadline of a node.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::ErrorKind;
    /// # use ockam_node::NodeBuilder;
    /// let (ctx, mut executor) = NodeBuilder::new().ask_timeout(Duration::from_millis(5)).build()?;
    /// executor.execute(async move {
    ///     let silent = ctx.open("silent")?;
    ///     let asked = ctx.ask::<u64>("silent", 7_u64).await;
    ///     assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    /// #   drop(silent);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn ask_timeout(mut self, timeout: Duration) -> Self {
        self.settings.ask_timeout = timeout;
        self
    }

    /// Sets how long the `initialize` of a worker may take. The default is 30 s.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{ErrorKind, Result, Worker};
    /// # use ockam_node::{Context, NodeBuilder};
    /// # struct Stuck;
    /// # impl Worker for Stuck {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn initialize(&mut self, _: &mut Context) -> Result<()> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// let (ctx, mut executor) = NodeBuilder::new().start_timeout(Duration::from_millis(5)).build()?;
    /// executor.execute(async move {
    ///     let started = ctx.start_worker("stuck", Stuck).await;
    ///     assert_eq!(started.unwrap_err().kind(), ErrorKind::TimedOut);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.settings.start_timeout = timeout;
        self
    }

    /// Sets how long the stop of a worker, or of the whole node, may take. The default is 10 s.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use ockam_core::{ErrorKind, Result, Worker};
    /// # use ockam_node::{Context, NodeBuilder};
    /// # struct Stuck;
    /// # impl Worker for Stuck {
    /// #     type Message = u64;
    /// #     type Context = Context;
    /// #     async fn shutdown(&mut self, _: &mut Context) -> Result<()> {
    /// #         std::future::pending().await
    /// #     }
    /// # }
    /// let (ctx, mut executor) = NodeBuilder::new().stop_timeout(Duration::from_millis(5)).build()?;
    /// executor.execute(async move {
    ///     ctx.start_worker("stuck", Stuck).await?;
    ///     let stopped = ctx.stop_worker("stuck").await;
    ///     assert_eq!(stopped.unwrap_err().kind(), ErrorKind::TimedOut);
    ///     ctx.stop().await
    /// })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.settings.stop_timeout = timeout;
        self
    }

    /// Starts the node on a runtime of its own, which the executor drives.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for a setting that can't be, and the operating system's error if it refuses
    /// what the threads need to wait for events.
    ///
    /// # Panics
    ///
    /// Panics if the operating system refuses the threads.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ockam_core::ErrorKind;
    /// use ockam_node::NodeBuilder;
    ///
    /// let (ctx, mut executor) = NodeBuilder::new().worker_threads(1).build()?;
    /// executor.execute(async move { ctx.stop().await })?;
    ///
    /// let refused = NodeBuilder::new().worker_threads(0).build();
    /// assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::InvalidInput));
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn build(self) -> Result<(Context, Executor)> {
        self.validate()?;
        let runtime = self.runtime()?;
        let node = Node::new(self.settings, runtime.handle().clone());
        let ctx = app(&node)?;
        Ok((ctx, Executor::new(runtime, node)))
    }

    /// Starts the node on the tokio runtime that runs this code.
    ///
    /// The node neither blocks nor listens for signals; it goes on until [`Context::stop`], or until the
    /// runtime is dropped: that drops its workers, and what contexts still begin is `Stopped`. The threads
    /// are those of the runtime.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for a setting that can't be, or if no tokio runtime with timers (`enable_all`, or
    /// `enable_time`) runs this code.
    ///
    /// # Cancel safety
    ///
    /// This waits for nothing. A start that was never polled has started no node.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_node::NodeBuilder;
    ///
    /// #[tokio::main(flavor = "current_thread")]
    /// async fn main() -> ockam_core::Result<()> {
    ///     let mut ctx = NodeBuilder::new().start().await?;
    ///     ctx.send_message("app", 7_u64).await?;
    ///     assert_eq!(ctx.receive::<u64>().await?, 7);
    ///     ctx.stop().await
    /// }
    /// ```
    pub async fn start(self) -> Result<Context> {
        self.validate()?;
        let runtime = Handle::try_current().map_err(|_| {
            let why = "no tokio runtime runs this code: use `build`, which brings one";
            Error::new(ErrorKind::InvalidInput, why)
        })?;
        // There is no other way to ask.
        if catch_unwind(|| drop(sleep(Duration::ZERO))).is_err() {
            let why = "the tokio runtime that runs this code has no timers: enable them";
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let node = Node::new(self.settings, runtime);
        node.go_with_runtime();
        app(&node)
    }

    fn validate(&self) -> Result<()> {
        let invalid = |why: String| Err(Error::new(ErrorKind::InvalidInput, why));
        let name = &self.settings.name;
        if name.as_bytes().contains(&0) {
            return invalid(format!(
                "the name {name:?} holds a NUL, which no thread's name may"
            ));
        }
        match (self.threads, self.settings.mailbox_capacity) {
            (Threads::Some(0), _) => invalid("`worker_threads` has to be at least 1, not 0".into()),
            (Threads::Some(threads), _) if threads > MAX_WORKER_THREADS => invalid(format!(
                "`worker_threads` has to be at most {MAX_WORKER_THREADS}, not {threads}"
            )),
            (_, 0) => invalid("`mailbox_capacity` has to be at least 1, not 0".into()),
            _ => Ok(()),
        }
    }

    fn runtime(&self) -> Result<Runtime> {
        let mut builder = match self.threads {
            Threads::Current => Builder::new_current_thread(),
            Threads::Cores | Threads::Some(_) => Builder::new_multi_thread(),
        };
        if let Threads::Some(threads) = self.threads {
            builder.worker_threads(threads);
        }
        let runtime = builder
            .enable_all()
            .thread_name(&self.settings.name)
            .build();
        runtime.context("the runtime of the node did not start")
    }
}

/// Registers the context of `main`.
fn app(node: &Arc<Node>) -> Result<Context> {
    let capacity = node.settings.mailbox_capacity;
    let addresses = Addresses::from(Address::from("app"));
    Context::register::<Any>(node, addresses, Role::App, capacity).map(|(ctx, _)| ctx)
}
