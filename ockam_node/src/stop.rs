//! How workers and nodes are stopped.
//!
//! ```text
//!  a worker   mailbox closed ─▶ the rest handled ─▶ shutdown ─▶ address freed
//!  a node     app closed ─▶ workers, the last one started first ─▶ opened mailboxes closed
//! ```
//!
//! One deadline covers the whole; after it, handlers are dropped at their `.await`. A stop waits
//! behind no mailbox, and goes on when whoever called it has gone.

mod node;

use std::sync::Arc;
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};

use crate::deadline::{Deadline, Timer};
use crate::log;
use crate::node::Node;
use crate::resident::AnyResident;
use crate::task;

/// How long a handler may take to come to its next `.await` once it is dropped. A handler that
/// blocks its thread never comes to one.
pub(crate) const GRACE: Duration = Duration::from_secs(1);

/// Stops a worker and waits for its end, unless its own handler asks for it.
pub(crate) async fn stop_worker(
    node: &Node,
    worker: Arc<dyn AnyResident>,
    timer: &Timer,
) -> Result<()> {
    if close_or_end(&*worker) || worker.tenancy().life.is_run_by_this_task() {
        return Ok(());
    }
    let timeout = node.settings.stop_timeout;
    let unwatched = Unwatched {
        runtime: &node.runtime,
        worker: Some(worker),
        deadline: Deadline::new(&node.runtime, timeout, Some(timer)),
    };
    let Some(worker) = unwatched.end().await else {
        return Ok(());
    };
    kill_overdue(&*worker).await;
    let address = worker.tenancy().address();
    let why = format!("{address} did not stop within {timeout:?} and was killed");
    Err(Error::new(ErrorKind::TimedOut, why))
}

/// Closes the mailbox of a worker. One that rests, and has nothing to do any more, ends here; tells whether
/// it was such a one.
pub(crate) fn close_or_end(worker: &dyn AnyResident) -> bool {
    let life = &worker.tenancy().life;
    let resting = life.take_ending();
    let is_done = worker.close();
    match resting {
        Some(resting) if is_done => {
            resting.end();
            return true;
        }
        Some(resting) => life.run(resting),
        None => {}
    }
    false
}

/// Returns the end of a time limit; of one beyond all clocks, a day that nobody waits for.
fn after(timeout: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    Instant::now() + timeout.min(CENTURY)
}

/// A worker whose stop nobody waits for any more, if this is dropped while it holds one.
struct Unwatched<'a> {
    runtime: &'a Handle,
    worker: Option<Arc<dyn AnyResident>>,
    deadline: Deadline<'a>,
}

impl Unwatched<'_> {
    /// Waits for the end of the worker, and gives back one that is overdue.
    async fn end(mut self) -> Option<Arc<dyn AnyResident>> {
        let life = &self.worker.as_ref()?.tenancy().life;
        let ended = self.deadline.limit(life.ended()).await;
        let worker = self.worker.take();
        worker.filter(|_| ended.is_none())
    }
}

impl Drop for Unwatched<'_> {
    /// Lets the stop go on, with its deadline.
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            let end = self.deadline.end();
            let end = end.unwrap_or_else(|| after(self.deadline.timeout));
            task::spawn(self.runtime, end_by(end, worker));
        }
    }
}

/// Waits for the end of a worker that is closed, and kills it at the deadline.
async fn end_by(deadline: Instant, worker: Arc<dyn AnyResident>) {
    let ended = timeout_at(deadline, worker.tenancy().life.ended()).await;
    if ended.is_err() {
        kill_overdue(&*worker).await;
    }
}

async fn kill_overdue(worker: &dyn AnyResident) {
    let address = worker.tenancy().address();
    log::warn(address, format_args!("did not stop in time and is killed"));
    if let Err(error) = kill_worker(worker).await {
        log::error(address, format_args!("{error}"));
    }
}

/// Kills a worker and waits for its end.
pub(crate) async fn kill_worker(worker: &dyn AnyResident) -> Result<()> {
    let tenancy = worker.tenancy();
    tenancy.life.kill();
    let ended = timeout_at(Instant::now() + GRACE, tenancy.life.ended()).await;
    ended.map_err(|_| {
        let why = format!(
            "{} blocks its thread and can't be killed",
            tenancy.address()
        );
        Error::new(ErrorKind::TimedOut, why)
    })
}
