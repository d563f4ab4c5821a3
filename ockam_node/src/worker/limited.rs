//! Handlers with a time limit.

use std::future::Future;
use std::time::Duration;

use ockam_core::{Address, Error, ErrorKind, Result};

use crate::node::Node;
use crate::time::Deadline;

/// Handles a message of a worker within its time limit, if there is one. When the time is over, the handler is
/// dropped at its `.await`.
pub(super) async fn limited(
    node: &Node,
    worker: &Address,
    limit: Option<Duration>,
    handling: impl Future<Output = Result<()>>,
) -> Result<()> {
    let Some(limit) = limit else {
        return handling.await;
    };
    let mut deadline = Deadline::new(&node.runtime, limit, None);
    let handled = deadline.limit(handling).await;
    handled.unwrap_or_else(|| {
        let why = format!("the handler of {worker} did not end within {limit:?}");
        Err(Error::new(ErrorKind::TimedOut, why))
    })
}
