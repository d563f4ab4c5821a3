use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

pub(super) struct SystemSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl SystemSignals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for a signal, and returns the exit code of a process that it ends: 128 plus its number.
    pub(super) async fn next(&mut self) -> i32 {
        poll_fn(|cx| {
            if self.interrupt.poll_recv(cx).is_ready() {
                return Poll::Ready(128 + SignalKind::interrupt().as_raw_value());
            }
            let terminated = self.terminate.poll_recv(cx);
            terminated.map(|_| 128 + SignalKind::terminate().as_raw_value())
        })
        .await
    }
}
