use std::fs;
use std::future::poll_fn;
use std::io;
use std::task::Poll;

use signal_hook::low_level::emulate_default_handler;
use tokio::signal::unix::{Signal, SignalKind, signal};

pub(super) struct SystemSignals {
    interrupt: Signal,
    terminate: Signal,
    /// `None` if it is ignored, as `nohup` lets it be: the process is to outlive its terminal.
    hang_up: Option<Signal>,
    /// The signals that something else handled, or that were ignored, when this was created: bit
    /// `n - 1` is that of signal `n`. None is taken to be, where the system doesn't tell.
    not_default: u64,
}

impl SystemSignals {
    pub(super) fn listen() -> io::Result<Self> {
        // Tokio installs its handlers in the lines below this one.
        let not_default = not_default();
        let is_default = |kind: SignalKind| not_default.is_some_and(|all| all & bit(kind) == 0);
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: match is_default(SignalKind::hangup()) {
                true => Some(signal(SignalKind::hangup())?),
                false => None,
            },
            not_default: not_default.unwrap_or_default(),
        })
    }

    /// Waits for a signal, and returns its number.
    pub(super) async fn next(&mut self) -> i32 {
        poll_fn(|cx| {
            if self.interrupt.poll_recv(cx).is_ready() {
                return Poll::Ready(SignalKind::interrupt().as_raw_value());
            }
            if self.terminate.poll_recv(cx).is_ready() {
                return Poll::Ready(SignalKind::terminate().as_raw_value());
            }
            let hung_up = self.hang_up.as_mut().map(|hang_up| hang_up.poll_recv(cx));
            match hung_up {
                Some(Poll::Ready(_)) => Poll::Ready(SignalKind::hangup().as_raw_value()),
                Some(Poll::Pending) | None => Poll::Pending,
            }
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

/// Returns the bit of a signal.
fn bit(kind: SignalKind) -> u64 {
    1 << (kind.as_raw_value() - 1)
}

/// Returns the signals that are ignored or handled. Only Linux tells.
fn not_default() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let masks = ["SigIgn:", "SigCgt:"].map(|name| {
        let mask = status.lines().find_map(|line| line.strip_prefix(name));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
    });
    masks.into_iter().try_fold(0, |all, mask| Some(all | mask?))
}
