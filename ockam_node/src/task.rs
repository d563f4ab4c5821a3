use std::future::Future;
use std::pin::Pin;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// Runs a future in a task.
///
/// It is boxed. Else the runtime's part of a task would be compiled for each future that is run so, and
/// is more than most of them.
pub(crate) fn spawn(
    runtime: &Handle,
    future: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    spawn_boxed(runtime, Box::pin(future))
}

fn spawn_boxed(
    runtime: &Handle,
    future: Pin<Box<dyn Future<Output = ()> + Send>>,
) -> JoinHandle<()> {
    runtime.spawn(future)
}
