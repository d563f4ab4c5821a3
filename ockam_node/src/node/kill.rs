use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result};

use crate::delivery::Registration;
use crate::lifecycle::ExitReason;
use crate::time::{Deadline, NodeRuntime};

/// The time that a killed worker has to reach its next `.await`. A handler that blocks its thread never
/// reaches it.
pub(crate) const KILL_GRACE: Duration = Duration::from_secs(1);

/// Kills a worker and waits for its end.
///
/// The caller may run outside the runtime of the node.
pub(crate) async fn kill(
    runtime: &NodeRuntime,
    worker: &Registration,
    reason: ExitReason,
) -> Result<()> {
    let lifecycle = &worker.lifecycle;
    lifecycle.kill(reason);
    let mut deadline = Deadline::new(runtime, KILL_GRACE, None);
    let ended = deadline.limit(lifecycle.ended()).await;
    ended.map(|_| ()).ok_or_else(|| {
        let address = worker.address();
        let why = format!("{address} blocks its thread and can't be killed");
        Error::new(ErrorKind::TimedOut, why)
    })
}
