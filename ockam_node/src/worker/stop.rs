//! The stop of a worker.
//!
//! ```text
//!  stopping ─▶ mailbox closed ─▶ the rest handled ─▶ shutdown ─▶ addresses freed
//! ```
//!
//! One deadline covers all steps. After it, the handler is dropped at its `.await`. A stop is not
//! queued behind messages, and it goes on if its caller is dropped.

use std::sync::Arc;

use ockam_core::{Error, ErrorKind, Result};

use crate::delivery::AnyEndpoint;
use crate::mailbox::Signal;
use crate::node::{Node, end_by, kill_overdue};
use crate::task;
use crate::time::clock;
use crate::time::{Deadline, NodeRuntime, Timer};

/// Stops a worker and waits for its end. If its own handler calls this, or that of a worker that it owns, it does
/// not wait.
pub(super) async fn stop_worker(
    node: &Node,
    worker: Arc<dyn AnyEndpoint>,
    timer: &Timer,
) -> Result<()> {
    let lifecycle = &worker.registration().lifecycle;
    let is_supervised = worker.registration().supervision.get().is_some();
    if is_supervised && lifecycle.is_run_by_this_task() && restarts_itself(&*worker) {
        return Ok(());
    }
    // One that waits for those that it owns can't be waited for by them.
    let is_own = lifecycle.request_stop() || worker.owns_this_task();
    worker.stop();
    if is_own {
        return Ok(());
    }
    let timeout = node.settings.stop_timeout;
    let stop = WorkerStop {
        runtime: &node.runtime,
        worker: Some(worker),
        deadline: Deadline::new(&node.runtime, timeout, Some(timer)),
    };
    let Some(worker) = stop.end().await else {
        return Ok(());
    };
    kill_overdue(&node.runtime, &*worker).await;
    let address = worker.registration().address();
    let why = format!("{address} did not stop within {timeout:?} and was killed");
    Err(Error::new(ErrorKind::TimedOut, why))
}

/// Lets a worker that stops itself begin again, if its policy is to. Returns `false` if it is not.
pub(super) fn restarts_itself(worker: &dyn AnyEndpoint) -> bool {
    let supervision = worker.registration().supervision.get();
    let always = supervision.is_some_and(|supervision| supervision.restarts_always);
    always && !worker.is_stopping() && worker.signal(Signal::Restart, 1).is_ok()
}

/// A stop in progress. If it is dropped before the worker has ended, a task waits for the end instead.
struct WorkerStop<'a> {
    runtime: &'a Arc<NodeRuntime>,
    worker: Option<Arc<dyn AnyEndpoint>>,
    deadline: Deadline<'a>,
}

impl WorkerStop<'_> {
    /// Waits for the end of the worker. Returns the worker if it has not ended at the deadline.
    async fn end(mut self) -> Option<Arc<dyn AnyEndpoint>> {
        let lifecycle = &self.worker.as_ref()?.registration().lifecycle;
        let ended = self.deadline.limit(lifecycle.ended()).await;
        let worker = self.worker.take();
        worker.filter(|_| ended.is_none())
    }
}

impl Drop for WorkerStop<'_> {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            let end = self.deadline.end();
            let end = end.unwrap_or_else(|| clock::after(self.deadline.timeout()));
            let runtime = self.runtime.clone();
            task::spawn(self.runtime, end_by(runtime, end, worker));
        }
    }
}
