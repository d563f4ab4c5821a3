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
use tokio::time::{Instant, timeout_at};

use crate::log;
use crate::node::Node;
use crate::resident::AnyResident;

/// How long a handler may take to come to its next `.await` once it is dropped. A handler that
/// blocks its thread never comes to one.
const GRACE: Duration = Duration::from_secs(1);

/// Stops a worker and waits for its end, unless its own handler asks for it.
pub(crate) async fn stop_worker(node: &Node, resident: Arc<dyn AnyResident>) -> Result<()> {
    resident.close();
    if resident.tenancy().life.is_run_by_this_task() {
        return Ok(());
    }
    let timeout = node.settings.stop_timeout;
    // In a task of its own the stop goes on when the caller has gone.
    let stop = node
        .runtime
        .spawn(end_by(Instant::now() + timeout, resident.clone()));
    if stop.await.unwrap_or(false) {
        return Ok(());
    }
    let address = resident.tenancy().address();
    let why = format!("{address} did not stop within {timeout:?} and was killed");
    Err(Error::new(ErrorKind::TimedOut, why))
}

/// Waits for the end of a resident that is closed, and kills it at the deadline. Tells whether it
/// ended by itself.
async fn end_by(deadline: Instant, resident: Arc<dyn AnyResident>) -> bool {
    let tenancy = resident.tenancy();
    if timeout_at(deadline, tenancy.life.ended()).await.is_ok() {
        return true;
    }
    log::warn(
        tenancy.address(),
        format_args!("did not stop in time and is killed"),
    );
    if let Err(error) = kill_worker(&*resident).await {
        log::error(tenancy.address(), format_args!("{error}"));
    }
    false
}

/// Kills a worker and waits for its end.
pub(crate) async fn kill_worker(resident: &dyn AnyResident) -> Result<()> {
    let tenancy = resident.tenancy();
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
