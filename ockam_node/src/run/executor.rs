use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result};
use tokio::runtime::{Handle, Runtime};

use super::signals::ProcessSignals;
use crate::log;
use crate::node::Node;
use crate::panics::{Panic, caught};
use crate::task::{self, until};
use crate::time::clock;

/// The time that `main` may go on after a signal or a worker has stopped its node.
const MAIN_GRACE: Duration = Duration::from_secs(1);

/// The time that the end of a node waits for threads that the program has blocked.
const BLOCKED_THREADS_GRACE: Duration = Duration::from_secs(1);

/// Runs the future of `main` on a node, and runs the node until it is stopped.
///
/// When it is dropped, the node ends. After that, sends, asks and starts through its contexts, senders
/// and handles return `Stopped`.
///
/// # Examples
///
/// ```
/// use ockam_core::{Error, ErrorKind, Result};
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
    /// If `main` returns `Ok` and has not stopped the node, the node goes on until SIGINT or SIGTERM
    /// (on Windows, until Ctrl-C or until the console is closed), or until a worker stops it. These
    /// signals stop the node at any time, as [`Context::stop`](crate::Context::stop) does. A second
    /// signal ends the process at once. If `main` did not stop the node itself and goes on for more
    /// than a second after the node has stopped, it is dropped.
    ///
    /// After the first call, these signals no longer end the process by default.
    ///
    /// # Errors
    ///
    /// Returns the error of `main`, and `Stopped` if `main` was dropped.
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
    pub fn execute<T>(&mut self, main: impl Future<Output = Result<T>>) -> Result<T> {
        match self.drive(main, Result::is_err) {
            Ending::Returned(result) => result,
            Ending::Panicked(panic) => resume_unwind(panic),
            Ending::Dropped => {
                let why = "the node was stopped by a signal, and `main` went on";
                Err(Error::new(ErrorKind::Stopped, why))
            }
        }
    }

    /// Runs `main` and the node until both have ended. `failed` is called with the output of `main`
    /// when that returns. A failure stops the node.
    pub(crate) fn drive<F: Future>(
        &mut self,
        main: F,
        failed: impl FnOnce(&F::Output) -> bool,
    ) -> Ending<F::Output> {
        let runtime = self.runtime.as_ref();
        let runtime = runtime.expect("an executor has its runtime until it is dropped");
        let _signals = ProcessSignals::watch(&self.node);
        task::block_on(runtime, async {
            let ending = ended(main, &self.node).await;
            let goes_on = matches!(&ending, Ending::Returned(output) if !failed(output));
            if !goes_on {
                self.node.request_stop();
            }
            self.node.stopping.finished().await;
            ending
        })
    }

    pub(crate) fn node(&self) -> &Arc<Node> {
        &self.node
    }
}

/// Waits for the end of `main`. Once the node has stopped, it waits for [`MAIN_GRACE`] only.
async fn ended<F: Future>(main: F, node: &Node) -> Ending<F::Output> {
    let overdue = async {
        node.stopping.finished_unasked().await;
        clock::sleep(MAIN_GRACE).await;
    };
    match until(overdue, caught(main)).await {
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
        self.node.abandon();
        // Async code must not block. Elsewhere, the threads have ended when this returns.
        match Handle::try_current() {
            Ok(_) => runtime.shutdown_background(),
            Err(_) => runtime.shutdown_timeout(BLOCKED_THREADS_GRACE),
        }
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").finish_non_exhaustive()
    }
}
