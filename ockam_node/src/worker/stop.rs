//! The stop of a worker.
//!
//! ```text
//!  mailbox closed ─▶ the rest handled ─▶ shutdown ─▶ addresses freed
//! ```
//!
//! One deadline covers the whole; after it, the handler is dropped at its `.await`. A stop waits behind no
//! message, and goes on when whoever called it has gone.

use std::sync::Arc;

use ockam_core::{Error, ErrorKind, Result};
use tokio::runtime::Handle;

use crate::delivery::AnyEndpoint;
use crate::lifecycle::ExitReason;
use crate::log;
use crate::node::{self, Node};
use crate::task;
use crate::time::clock::{self, Instant};
use crate::time::{Deadline, Timer};

/// Stops a worker and waits for its end, unless its own handler asks for it.
pub(super) async fn stop_worker(
    node: &Node,
    worker: Arc<dyn AnyEndpoint>,
    timer: &Timer,
) -> Result<()> {
    let lifecycle = &worker.registration().lifecycle;
    let is_own = lifecycle.request_stop();
    worker.close();
    if is_own {
        return Ok(());
    }
    let timeout = node.settings.stop_timeout;
    let stopping = Stopping {
        runtime: &node.runtime,
        worker: Some(worker),
        deadline: Deadline::new(&node.runtime, timeout, Some(timer)),
    };
    let Some(worker) = stopping.end().await else {
        return Ok(());
    };
    kill_overdue(&*worker).await;
    let address = worker.registration().address();
    let why = format!("{address} did not stop within {timeout:?} and was killed");
    Err(Error::new(ErrorKind::TimedOut, why))
}

/// A worker that stops. If this is dropped while it waits for the end, a task waits instead.
struct Stopping<'a> {
    runtime: &'a Handle,
    worker: Option<Arc<dyn AnyEndpoint>>,
    deadline: Deadline<'a>,
}

impl Stopping<'_> {
    /// Waits for the end of the worker, and gives back one that is overdue.
    async fn end(mut self) -> Option<Arc<dyn AnyEndpoint>> {
        let lifecycle = &self.worker.as_ref()?.registration().lifecycle;
        let ended = self.deadline.limit(lifecycle.ended()).await;
        let worker = self.worker.take();
        worker.filter(|_| ended.is_none())
    }
}

impl Drop for Stopping<'_> {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            let end = self.deadline.end();
            let end = end.unwrap_or_else(|| clock::after(self.deadline.timeout));
            task::spawn(self.runtime, end_by(end, worker));
        }
    }
}

/// Waits for the end of a worker that is closed, and kills it at the deadline.
async fn end_by(deadline: Instant, worker: Arc<dyn AnyEndpoint>) {
    let lifecycle = &worker.registration().lifecycle;
    let ended = clock::limit_at(deadline, lifecycle.ended()).await;
    if ended.is_none() {
        kill_overdue(&*worker).await;
    }
}

async fn kill_overdue(worker: &dyn AnyEndpoint) {
    let registration = worker.registration();
    let address = registration.address();
    log::warn(address, format_args!("did not stop in time and is killed"));
    if let Err(error) = node::kill(registration, ExitReason::Killed).await {
        log::error(address, format_args!("{error}"));
    }
}
