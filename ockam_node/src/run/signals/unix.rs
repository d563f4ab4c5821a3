use std::fs;
use std::future::poll_fn;
use std::io;
use std::task::Poll;

use signal_hook::low_level::emulate_default_handler;
use tokio::signal::unix::{Signal, SignalKind, signal};

pub(super) struct SystemSignals {
    interrupt: Signal,
    terminate: Signal,
    /// The signals that something else handled, or that were ignored, when this was created: bit
    /// `n - 1` is that of signal `n`.
    not_default: u64,
}

impl SystemSignals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            // Tokio installs its handlers in the lines below this one.
            not_default: not_default(),
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for a signal, and returns its number.
    pub(super) async fn next(&mut self) -> i32 {
        poll_fn(|cx| {
            if self.interrupt.poll_recv(cx).is_ready() {
                return Poll::Ready(SignalKind::interrupt().as_raw_value());
            }
            let terminated = self.terminate.poll_recv(cx);
            terminated.map(|_| SignalKind::terminate().as_raw_value())
        })
        .await
    }

    /// Ends the process as the signal does by default, unless the program or its parent had decided
    /// otherwise before the first node was executed.
    pub(super) fn do_as_the_system_does(&self, signal: i32) {
        if self.not_default & (1 << (signal - 1)) == 0 {
            // This fails for signals that can't be caught.
            let _ = emulate_default_handler(signal);
        }
    }
}

/// Returns the exit code of a process that a signal ends.
pub(super) fn exit_code(signal: i32) -> i32 {
    128 + signal
}

/// Returns the signals that are ignored or handled. Only Linux tells; elsewhere, none is taken to be.
fn not_default() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let masks = ["SigIgn:", "SigCgt:"].map(|name| {
        let mask = status.lines().find_map(|line| line.strip_prefix(name));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
    });
    masks.into_iter().flatten().fold(0, |all, mask| all | mask)
}
