//! Tasks, threads and blocking waits. All tasks of this crate are spawned here, and all threads but that of
//! the log.

pub(crate) mod blocking;
mod current;
#[cfg(feature = "test-util")]
pub(crate) mod idle;
pub(crate) mod polls;
#[cfg(feature = "test-util")]
pub(crate) mod seeded;
mod until;

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::thread;

use tokio::runtime::{Handle, Runtime};
use tokio::task::JoinHandle;

pub(crate) use current::{Answering, InWorker, current_end, current_worker};
pub(crate) use until::until;

/// Runs a future in a task.
pub(crate) fn spawn(
    runtime: &Handle,
    future: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    #[cfg(feature = "test-util")]
    if seeded::is_simulated() {
        return runtime.spawn(seeded::schedule(future));
    }
    runtime.spawn(future)
}

/// Runs a call that may block, on a thread for such calls. Under a seed, it runs in a task, as all does.
pub(crate) fn spawn_blocking(runtime: &Handle, call: impl FnOnce() + Send + 'static) {
    #[cfg(feature = "test-util")]
    if seeded::is_simulated() {
        runtime.spawn(seeded::schedule(async { call() }));
        return;
    }
    runtime.spawn_blocking(call);
}

/// Lets other tasks run, in a test whose seed decides so. It costs nothing elsewhere.
#[inline(always)]
pub(crate) fn preempt(cx: &Context<'_>) -> Poll<()> {
    #[cfg(feature = "test-util")]
    return seeded::preempt(cx);
    #[cfg(not(feature = "test-util"))]
    {
        let _ = cx;
        Poll::Ready(())
    }
}

/// Lets other tasks run, as [`preempt`] does.
#[cfg(feature = "test-util")]
pub(crate) async fn preempted() {
    std::future::poll_fn(|cx| preempt(cx)).await;
}

/// Runs a function in a thread of its own, which is named.
///
/// # Errors
///
/// Returns the error of the operating system.
pub(crate) fn spawn_thread(
    name: String,
    function: impl FnOnce() + Send + 'static,
) -> io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name(name).spawn(function)
}

/// Lets other tasks run if this one has done much without waiting. Whoever returns an error at once waits
/// for this, so that a loop around it doesn't keep the thread.
pub(crate) async fn consume_budget() {
    tokio::task::consume_budget().await;
}

/// Lets other tasks run.
pub(crate) async fn yield_now() {
    tokio::task::yield_now().await;
}

/// Runs a future on this thread until it is done.
///
/// The type of the future is erased, so that the runtime's code is compiled once and not for each future.
pub(crate) fn block_on<F: Future>(runtime: &Runtime, future: F) -> F::Output {
    let mut output = None;
    block_on_pinned(runtime, pin!(async { output = Some(future.await) }));
    output.expect("a future that is done has returned")
}

fn block_on_pinned(runtime: &Runtime, future: Pin<&mut dyn Future<Output = ()>>) {
    runtime.block_on(future);
}
