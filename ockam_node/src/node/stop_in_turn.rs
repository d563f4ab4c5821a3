use std::sync::Arc;

use super::kill::kill;
use crate::delivery::AnyEndpoint;
use crate::lifecycle::ExitReason;
use crate::log::{self, Trouble};
use crate::time::NodeRuntime;
use crate::time::clock::{self, Instant};

/// The stop of workers that belong together, one after another.
///
/// One that doesn't stop holds up the next for a quarter of the time that is left. From then on, none waits for
/// another one. What is left at the deadline is killed.
pub(crate) struct StopInTurn {
    runtime: Arc<NodeRuntime>,
    deadline: Instant,
    left: Vec<Arc<dyn AnyEndpoint>>,
}

impl StopInTurn {
    pub(crate) fn new(runtime: Arc<NodeRuntime>, deadline: Instant) -> Self {
        Self {
            runtime,
            deadline,
            left: Vec::new(),
        }
    }

    /// Stops the next worker.
    pub(crate) async fn next(&mut self, worker: &Arc<dyn AnyEndpoint>) {
        let lifecycle = &worker.registration().lifecycle;
        lifecycle.request_stop();
        worker.stop();
        if self.left.is_empty() {
            let patience = self.deadline.saturating_duration_since(clock::now()) / 4;
            if clock::limit(patience, lifecycle.ended()).await.is_some() {
                return;
            }
        }
        self.left.push(worker.clone());
    }

    /// Waits for those that have not ended yet.
    pub(crate) async fn finish(self) {
        for worker in self.left {
            end_by(self.runtime.clone(), self.deadline, worker).await;
        }
    }
}

/// Waits for the end of a worker that is to stop, and kills it at the deadline.
pub(crate) async fn end_by(
    runtime: Arc<NodeRuntime>,
    deadline: Instant,
    worker: Arc<dyn AnyEndpoint>,
) {
    let lifecycle = &worker.registration().lifecycle;
    let ended = clock::limit_at(deadline, lifecycle.ended()).await;
    if ended.is_none() {
        // Nobody waits for this stop any more, who would be told.
        let address = worker.registration().address();
        let why = format_args!("did not stop in time and is killed");
        log::untold(Trouble::Killed, address, why);
        kill_overdue(&runtime, &*worker).await;
    }
}

pub(crate) async fn kill_overdue(runtime: &NodeRuntime, worker: &dyn AnyEndpoint) {
    let registration = worker.registration();
    let address = registration.address();
    log::warn(address, format_args!("did not stop in time and is killed"));
    if let Err(error) = kill(runtime, registration, ExitReason::Killed).await {
        log::error(address, format_args!("{error}"));
    }
}
