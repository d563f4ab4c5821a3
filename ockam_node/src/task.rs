use std::future::Future;
use std::pin::{Pin, pin};

use tokio::runtime::{Handle, Runtime};
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

pub(crate) fn spawn_boxed(
    runtime: &Handle,
    future: Pin<Box<dyn Future<Output = ()> + Send>>,
) -> JoinHandle<()> {
    runtime.spawn(future)
}

/// Runs a future in this thread until it is done.
///
/// The runtime sees it without its type, for the same reason as in [`spawn`].
pub(crate) fn block_on<F: Future>(runtime: &Runtime, future: F) -> F::Output {
    let mut output = None;
    block_on_pinned(runtime, pin!(async { output = Some(future.await) }));
    output.expect("a future that is done has returned")
}

fn block_on_pinned(runtime: &Runtime, future: Pin<&mut dyn Future<Output = ()>>) {
    runtime.block_on(future);
}
