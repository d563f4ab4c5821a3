//! The signals that end a process, which stop the node.
//!
//! A thread of its own watches them. Handlers may block all threads of the node when the second signal
//! has to end the process, or when an overdue stop has to be given up.

#[cfg_attr(unix, path = "signals/unix.rs")]
#[cfg_attr(windows, path = "signals/windows.rs")]
mod system;

use std::io;
use std::process;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::runtime::Builder;
use tokio::task::AbortHandle;

use crate::log;
use crate::node::{KILL_GRACE, Node};
use crate::task;
use crate::time::clock;

/// Stops a node at the first signal, and ends the process at the second, until it is dropped.
pub(crate) struct ProcessSignals {
    /// `drop` takes it.
    watch: Option<(AbortHandle, JoinHandle<()>)>,
}

impl ProcessSignals {
    /// Begins to watch. Every signal after this has returned is seen.
    pub(crate) fn watch(node: &Arc<Node>) -> Self {
        let watch = watch(node.clone());
        if let Err(error) = &watch {
            let why = format_args!("signals can't be watched: {error}");
            log::warn_node(node.name(), why);
        }
        Self { watch: watch.ok() }
    }
}

fn watch(node: Arc<Node>) -> io::Result<(AbortHandle, JoinHandle<()>)> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        system::SystemSignals::listen()?
    };
    let stop = {
        let node = node.clone();
        async move {
            signals.next().await;
            node.request_stop();
            let exit_code = signals.next().await;
            process::exit(exit_code);
        }
    };
    let stop = task::spawn(runtime.handle(), stop);
    let end = stop.abort_handle();
    let thread = thread::Builder::new().name(format!("{} signals", node.name()));
    let thread = thread.spawn(move || {
        task::spawn(runtime.handle(), give_up(node));
        // The task is aborted when this is dropped.
        let _ = task::block_on(&runtime, stop);
    })?;
    Ok((end, thread))
}

/// Ends a stop that is overdue because handlers block all threads of the node.
async fn give_up(node: Arc<Node>) {
    node.stopping.begun().await;
    let overdue = node.settings.stop_timeout.saturating_add(2 * KILL_GRACE);
    let in_time = clock::limit(overdue, node.stopping.finished()).await;
    if in_time.is_none() {
        let why = format_args!("the stop is given up: handlers block all threads");
        log::warn_node(node.name(), why);
        node.abandon();
    }
}

impl Drop for ProcessSignals {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.watch.take() {
            end.abort();
            // The thread does not panic, and ends at once.
            let _ = thread.join();
        }
    }
}
