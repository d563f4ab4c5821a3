//! The only place in this crate that starts tasks.

use std::future::Future;

use ockam_core::panics::Panic;
use ockam_core::{Error, ErrorKind, Result};
use ockam_node::transport::Gateway;
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinError, JoinHandle};

/// Runs a future in a task of its own, on the runtime of the node.
pub(crate) fn spawn(
    gateway: &Gateway,
    future: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    gateway.spawn(future)
}

/// Runs a future on the runtime of the node and waits for its output. So what it opens belongs to that
/// runtime, whichever runs the caller, if any does.
///
/// # Errors
///
/// Returns `Stopped` if the runtime ends before the future, and `InvalidInput` with tokio's words if the
/// runtime has no timers or no I/O.
///
/// # Cancel safety
///
/// If this is dropped, the future is dropped soon, and so is its output.
pub async fn on_node<T: Send + 'static>(
    gateway: &Gateway,
    future: impl Future<Output = T> + Send + 'static,
) -> Result<T> {
    let (done, output) = oneshot::channel();
    let task = spawn(gateway, async move {
        // This fails if nobody waits any more.
        let _ = done.send(future.await);
    });
    let _aborted = AbortOnDrop(task.abort_handle());
    if let Ok(output) = output.await {
        return Ok(output);
    }
    match task.await.map_err(JoinError::try_into_panic) {
        Err(Ok(panic)) => {
            let panic = Panic::new(panic);
            let why = format!("on the runtime of the node: {}", panic.message());
            Err(Error::new(ErrorKind::InvalidInput, why))
        }
        _ => {
            let why = "the runtime of the node has ended";
            Err(Error::new(ErrorKind::Stopped, why))
        }
    }
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
