use std::future::poll_fn;
use std::io;
use std::process;
use std::task::Poll;

use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, ctrl_break, ctrl_c, ctrl_close};

/// The exit code of a process that Windows ends at Ctrl-C.
const STATUS_CONTROL_C_EXIT: i32 = 0xC000_013A_u32 as i32;

pub(super) struct SystemSignals {
    interrupt: CtrlC,
    stop: CtrlBreak,
    close: CtrlClose,
}

/// An event of the console.
#[derive(Clone, Copy)]
pub(super) struct ConsoleEvent;

impl SystemSignals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: ctrl_c()?,
            stop: ctrl_break()?,
            close: ctrl_close()?,
        })
    }

    /// Waits for an event of the console.
    pub(super) async fn next(&mut self) -> ConsoleEvent {
        poll_fn(|cx| {
            let interrupt = self.interrupt.poll_recv(cx).is_ready();
            if interrupt || self.stop.poll_recv(cx).is_ready() {
                return Poll::Ready(ConsoleEvent);
            }
            self.close.poll_recv(cx).map(|_| ConsoleEvent)
        })
        .await
    }

    /// Ends the process as the event does by default.
    pub(super) fn do_as_the_system_does(&self, event: ConsoleEvent) {
        process::exit(exit_code(event))
    }
}

/// Returns the exit code of a process that the event ends.
pub(super) fn exit_code(_event: ConsoleEvent) -> i32 {
    STATUS_CONTROL_C_EXIT
}
