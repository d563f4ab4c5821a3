use std::io;
use std::num::NonZero;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, Once};
use std::thread;
use std::time::Duration;

use ockam_core::{Address, Addresses, Any, Error, ErrorContext, ErrorKind, Result};
use tokio::runtime::{Builder, Handle, Runtime};

use super::{NodeBuilder, Threads};
use crate::context::Context;
use crate::delivery::Role;
use crate::log;
use crate::node::Node;
use crate::run::executor::Executor;
use crate::task;
use crate::time::clock::sleep;

/// The largest number of worker threads. The scheduler of tokio counts them in 16 bits.
const MAX_WORKER_THREADS: usize = 1 << 15;

impl NodeBuilder {
    /// Starts the node on its own runtime, which the executor drives.
    ///
    /// # Errors
    ///
    /// Returns `InvalidInput` for a setting that is not valid, and the error of the operating system if
    /// it does not provide the threads, or the means to wait for events.
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
        self.build_with(|runtime| {
            runtime.enable_all();
        })
    }

    /// Starts the node on its own runtime, which the caller has a say in.
    pub(crate) fn build_with(
        self,
        configure: impl FnOnce(&mut Builder),
    ) -> Result<(Context, Executor)> {
        self.validate()?;
        let runtime = self.runtime(configure)?;
        let node = Node::new(self.settings, runtime.handle().clone());
        warn_of_abort(&node);
        node.watch_for_blocks();
        let ctx = app(&node)?;
        Ok((ctx, Executor::new(runtime, node)))
    }

    /// Starts the node on the tokio runtime that runs this code.
    ///
    /// The node runs on the threads of the runtime. It blocks no thread and doesn't listen for signals.
    /// It runs until [`Context::stop`], or until the runtime is dropped. The drop of the runtime drops
    /// the workers, and after it, sends, asks and starts through a context return `Stopped`.
    ///
    /// # Errors
    ///
    /// Returns `InvalidInput` for a setting that is not valid, or if no tokio runtime with timers
    /// (`enable_all` or `enable_time`) runs this code.
    ///
    /// # Cancel safety
    ///
    /// This never waits. If the future is never polled, no node is started.
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
        // Tokio panics without timers, and has no function that tells whether there are any.
        if catch_unwind(|| drop(sleep(Duration::ZERO))).is_err() {
            let why = "the tokio runtime that runs this code has no timers: enable them";
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let node = Node::new(self.settings, runtime);
        warn_of_abort(&node);
        node.watch_for_blocks();
        node.abandon_with_runtime();
        app(&node)
    }

    /// Returns whether the thread that executes `main` runs the workers, too.
    pub(crate) fn is_on_current_thread(&self) -> bool {
        matches!(self.threads, Threads::Current)
    }

    fn validate(&self) -> Result<()> {
        let invalid = |why: String| Err(Error::new(ErrorKind::InvalidInput, why));
        let name = &self.settings.name;
        if name.as_bytes().contains(&0) {
            return invalid(format!(
                "the name {name:?} holds a NUL, which no thread's name may"
            ));
        }
        if self.settings.blocking_threads == 0 {
            return invalid("`blocking_threads` has to be at least 1, not 0".into());
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

    fn runtime(&self, configure: impl FnOnce(&mut Builder)) -> Result<Runtime> {
        let (mut builder, threads) = match self.threads {
            Threads::Current => (Builder::new_current_thread(), 0),
            Threads::Cores => (Builder::new_multi_thread(), cores()),
            Threads::Some(threads) => (Builder::new_multi_thread(), threads),
        };
        if let Threads::Some(threads) = self.threads {
            builder.worker_threads(threads);
        }
        check_threads(threads).context("the threads of the node did not start")?;
        configure(builder.thread_name(&self.settings.name));
        let runtime = builder.build();
        runtime.context("the runtime of the node did not start")
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Starts as many threads as tokio will, and the one that watches the stop, and ends them. Tokio panics
/// if it gets none, and goes on without those that it doesn't get.
fn check_threads(count: usize) -> io::Result<()> {
    let gate = Arc::new(Mutex::new(()));
    let closed = gate.lock();
    let spawn = |_| {
        let gate = gate.clone();
        task::spawn_thread("ockam check".to_owned(), move || drop(gate.lock()))
    };
    let threads = (0..=count).map(spawn).collect::<io::Result<Vec<_>>>();
    drop(closed);
    for thread in threads? {
        // It does nothing that could panic.
        let _ = thread.join();
    }
    Ok(())
}

/// Warns, once in a process, that panics can't be isolated.
fn warn_of_abort(node: &Node) {
    static WARNED: Once = Once::new();
    if cfg!(panic = "abort") {
        WARNED.call_once(|| {
            let why = format_args!(
                "built with `panic = \"abort\"`: a panic in a worker ends the process, not only the worker"
            );
            log::warn_node(node.name(), why);
        });
    }
}

/// Registers the context of `main`.
fn app(node: &Arc<Node>) -> Result<Context> {
    let capacity = node.settings.mailbox_capacity;
    let addresses = Addresses::from(Address::from("app"));
    Context::register::<Any>(node, addresses, Role::App, capacity).map(|(ctx, _)| ctx)
}
