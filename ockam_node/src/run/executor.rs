use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Error, ErrorContext, ErrorKind, Result};
use tokio::runtime::{Handle, Runtime};

use super::output::ExecutorOutput;
use super::watch::{Ends, PROCESS_ENDS, Watch};
use crate::log;
use crate::node::Node;
use crate::panics::{Panic, caught};
use crate::task::{self, blocking, until};

/// The time that the end of a node waits for threads that the program has blocked.
const BLOCKED_THREADS_GRACE: Duration = Duration::from_secs(1);

/// The time that the end of a node waits for its log to be written.
const LOG_WITHIN: Duration = Duration::from_millis(250);

/// Runs the future of `main` on a node, and runs the node until it is stopped.
///
/// When it is dropped, the node ends. After that, sends, asks and starts through its contexts, senders
/// and handles return `Stopped`.
///
/// # Examples
///
/// ```
/// use ockam_core::{Error, ErrorContext, ErrorKind, Result};
///
/// let (ctx, mut executor) = ockam_node::start_node();
/// let ended: Result<()> = executor.execute(async move {
///     let address = ctx.address();
///     Err(Error::new(ErrorKind::Denied, format!("{address} is closed today")))
/// });
/// assert_eq!(ended.unwrap_err().to_string(), "0#app is closed today");
/// ```
pub struct Executor {
    /// `drop` takes it.
    runtime: Option<Runtime>,
    node: Arc<Node>,
}

/// The end of the future of `main`.
pub(crate) enum Ending<T> {
    Returned(T),
    Panicked(Panic),
    /// A signal or a worker stopped the node, and `main` went on until it was dropped.
    Dropped,
}

impl Executor {
    pub(crate) fn new(runtime: Runtime, node: Arc<Node>) -> Self {
        Self {
            runtime: Some(runtime),
            node,
        }
    }

    /// Runs `main`, and blocks the thread until `main` has ended and the node has stopped.
    ///
    /// `main` returns a result, an exit code, or nothing. An error, or an exit code other than 0, stops the node. If
    /// `main` returns anything else and has not stopped the node, the node goes on until SIGINT or SIGTERM
    /// (on Windows, until Ctrl-C or until the console is closed), or until a worker stops it. These
    /// signals stop the node at any time, as [`Context::stop`](crate::Context::stop) does. A second
    /// signal ends the process at once. If `main` did not stop the node itself and goes on for more
    /// than a second after the node has stopped, it is dropped. If it blocks its thread, it can't be
    /// dropped. After a signal, the process then ends, two seconds after the deadline of the stop.
    ///
    /// While no node is executed, these signals do what they do by default, or did when the first node
    /// was executed. A program that handles them itself starts its nodes with
    /// [`NodeBuilder::start`](crate::NodeBuilder::start).
    ///
    /// # Errors
    ///
    /// Returns the error of `main`, `Stopped` if `main` was dropped, and the error of the operating
    /// system if it doesn't provide a thread to watch the stop. In that case, `main` did not run.
    ///
    /// # Panics
    ///
    /// A panic of `main` is resumed after the node has stopped. Panics in async code.
    ///
    /// # Examples
    ///
    /// ```
    /// let (ctx, mut executor) = ockam_node::start_node();
    /// let sum = executor.execute(async move {
    ///     ctx.stop().await?;
    ///     Ok(40 + 2)
    /// })?;
    /// assert_eq!(sum, 42);
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    #[track_caller]
    pub fn execute<O: ExecutorOutput>(
        &mut self,
        main: impl Future<Output = O>,
    ) -> Result<O::Value> {
        match self.drive(Ends::AfterSignal, main, O::has_failed)? {
            Ending::Returned(output) => output.into_result(),
            Ending::Panicked(panic) => panic.resume(),
            Ending::Dropped => {
                let why = "the node was stopped by a signal or a worker, and `main` went on";
                Err(Error::new(ErrorKind::Stopped, why))
            }
        }
    }

    /// Runs `main` and the node until both have ended. `failed` is called with the output of `main`
    /// when that returns. A failure stops the node.
    #[track_caller]
    pub(crate) fn drive<F: Future>(
        &mut self,
        ends: Ends,
        main: F,
        failed: impl FnOnce(&F::Output) -> bool,
    ) -> Result<Ending<F::Output>> {
        let runtime = self.runtime();
        blocking::assert_may_block(
            runtime.handle(),
            "execute",
            "NodeBuilder::new().start().await",
        );
        let watch = Watch::begin(&self.node, ends).context("the node can't be watched")?;
        Ok(task::block_on(runtime, async {
            let ending = ended(main, &self.node, &watch).await;
            let goes_on = matches!(&ending, Ending::Returned(output) if !failed(output));
            if !goes_on {
                self.node.request_stop();
            }
            self.node.stopping.finished().await;
            ending
        }))
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        let runtime = self.runtime.as_ref();
        runtime.expect("an executor has its runtime until it is dropped")
    }

    pub(crate) fn node(&self) -> &Arc<Node> {
        &self.node
    }
}

/// Waits for the end of `main`, until the watch says that it is over.
async fn ended<F: Future>(main: F, node: &Node, watch: &Watch) -> Ending<F::Output> {
    match until(watch.main_is_over(), caught(main)).await {
        Some(Ok(output)) => Ending::Returned(output),
        Some(Err(panic)) => Ending::Panicked(panic),
        None => {
            let why = format_args!("main is dropped: it went on after the node was stopped");
            log::warn_node(node.name(), why);
            Ending::Dropped
        }
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        // Contexts that outlive the runtime would wait forever.
        self.node.abandon_runtime();
        let timeout = self.node.settings.stop_timeout;
        let left = self
            .node
            .stopping
            .left(timeout.saturating_add(PROCESS_ENDS));
        // Async code must not block. Elsewhere, the threads have ended when this returns, unless they
        // are blocked.
        match Handle::try_current() {
            Ok(_) => runtime.shutdown_background(),
            Err(_) => {
                runtime.shutdown_timeout(BLOCKED_THREADS_GRACE.min(left));
                // The process may end when this returns.
                log::flush(LOG_WITHIN);
            }
        }
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").finish_non_exhaustive()
    }
}
