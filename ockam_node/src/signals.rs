use std::io;
use std::process;
use std::sync::Arc;

use crate::log;
use crate::node::Node;

/// Stops the node at the first signal to end the process, and ends the process at the second.
pub(crate) async fn stop_node(node: Arc<Node>) {
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => {
            let why = format_args!("signals can't be listened for: {error}");
            log::warn_node(&node.settings.name, why);
            return;
        }
    };
    signals.next().await;
    node.request_stop();
    let exit_code = signals.next().await;
    process::exit(exit_code);
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for a signal, and returns the exit code of a process that it ends: 128 and its number.
    async fn next(&mut self) -> i32 {
        use std::future::poll_fn;
        use std::task::Poll;

        poll_fn(|cx| {
            if self.interrupt.poll_recv(cx).is_ready() {
                return Poll::Ready(128 + 2);
            }
            self.terminate.poll_recv(cx).map(|_| 128 + 15)
        })
        .await
    }
}

#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    stop: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};

        Ok(Self {
            interrupt: ctrl_c()?,
            stop: ctrl_break()?,
            close: ctrl_close()?,
        })
    }

    /// Waits for an event of the console, and returns the exit code of a process that it ends.
    async fn next(&mut self) -> i32 {
        use std::future::poll_fn;

        /// What Windows itself ends a process with at Ctrl-C.
        const STATUS_CONTROL_C_EXIT: i32 = 0xC000_013A_u32 as i32;

        poll_fn(|cx| {
            let interrupt = self.interrupt.poll_recv(cx).is_ready();
            if interrupt || self.stop.poll_recv(cx).is_ready() {
                return std::task::Poll::Ready(STATUS_CONTROL_C_EXIT);
            }
            self.close.poll_recv(cx).map(|_| STATUS_CONTROL_C_EXIT)
        })
        .await
    }
}
