use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};

use ockam_core::{Error, ErrorKind, Result};

use super::relay::Runs;
use crate::context::Context;
use crate::log::span;
use crate::node::Node;
use crate::panics::caught;
use crate::task::{InWorker, current_worker, until};
use crate::time::Deadline;

/// Why a worker is not initialised.
pub(super) enum NotInitialized {
    /// Whoever killed it has noted the reason.
    Killed(Error),
    Failed(Error),
}

/// Runs the `initialize` of a worker until it is done, panics, exceeds its deadline, or the worker is
/// killed.
pub(super) async fn initialize<W: Runs>(
    node: &Node,
    worker: &mut W,
    ctx: &mut Context,
) -> Result<(), NotInitialized> {
    let timeout = node.settings.start_timeout;
    let mut deadline = Deadline::new(&node.runtime, timeout, None);
    let span = span!(ctx, "initialize");
    let endpoint = ctx.endpoint().clone();
    let registration = endpoint.registration();
    let address = registration.address();
    // `initialize` is called inside the future, so that its panics are caught as well. It is boxed, so that
    // it may start a worker of its own type: the futures would contain each other.
    let initialize: Pin<Box<dyn Future<Output = Result<()>> + Send + '_>> =
        Box::pin(async { worker.initialize(ctx).await });
    let mut initialize = pin!(caught(initialize));
    let initialize = poll_fn(|cx| {
        let _entered = span.as_ref().map(|span| span.enter());
        // The handler that starts this worker waits for what it asks.
        let is_in_handler = current_worker() != 0;
        let _entered = (!is_in_handler).then(|| InWorker::enter(registration.id));
        initialize.as_mut().poll(cx)
    });
    let initialized = until(registration.lifecycle.killed(), initialize);
    let failed = match deadline.limit(initialized).await {
        Some(Some(Ok(initialized))) => initialized,
        Some(Some(Err(panic))) => {
            let why = panic.message();
            let why = format!("{address} panicked in its initialize: {why}");
            Err(Error::new(ErrorKind::Panicked, why))
        }
        Some(None) => {
            let why = format!("{address} was killed in its initialize");
            return Err(NotInitialized::Killed(Error::new(ErrorKind::Stopped, why)));
        }
        None => {
            let why = format!("{address} did not initialize within {timeout:?}");
            Err(Error::new(ErrorKind::TimedOut, why))
        }
    };
    failed.map_err(NotInitialized::Failed)
}
