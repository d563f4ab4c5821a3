use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, ctrl_break, ctrl_c, ctrl_close};

/// The exit code of a process that Windows ends at Ctrl-C.
const STATUS_CONTROL_C_EXIT: i32 = 0xC000_013A_u32 as i32;

pub(super) struct SystemSignals {
    interrupt: CtrlC,
    stop: CtrlBreak,
    close: CtrlClose,
}

impl SystemSignals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: ctrl_c()?,
            stop: ctrl_break()?,
            close: ctrl_close()?,
        })
    }

    /// Waits for an event of the console, and returns the exit code of a process that it ends.
    pub(super) async fn next(&mut self) -> i32 {
        poll_fn(|cx| {
            let interrupt = self.interrupt.poll_recv(cx).is_ready();
            if interrupt || self.stop.poll_recv(cx).is_ready() {
                return Poll::Ready(STATUS_CONTROL_C_EXIT);
            }
            self.close.poll_recv(cx).map(|_| STATUS_CONTROL_C_EXIT)
        })
        .await
    }
}
