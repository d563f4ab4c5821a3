use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

use super::remote::Remote;
use crate::framework::Threads;

const SERVE: &str = "--serve";

/// The process that serves. It ends when this is dropped.
pub(super) struct Server {
    process: Child,
    clock: ClockId,
    pub(super) address: String,
}

impl Server {
    /// Starts this program once more, and waits until it serves.
    pub(super) fn start() -> Self {
        let program = env::current_exe().expect("the program knows where it is");
        let mut command = Command::new(program);
        command.args(env::args().skip(1)).arg(SERVE);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the server starts");
        let said = process.stdout.take().expect("its output is a pipe");
        let mut address = String::new();
        let read = BufReader::new(said).read_line(&mut address);
        read.expect("the server says its address");
        let pid = Pid::from_raw(process.id().cast_signed());
        let clock = clock_getcpuclockid(pid).expect("the server has a clock");
        address.truncate(address.trim_end().len());
        Self {
            process,
            clock,
            address,
        }
    }

    /// Returns how long it has computed.
    pub(super) fn cpu_time(&self) -> Duration {
        let time = clock_gettime(self.clock);
        time.expect("the server still runs").into()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // There is nobody who could be told.
        let _ = self.process.wait();
    }
}

pub(super) fn is_wanted() -> bool {
    env::args().any(|argument| argument == SERVE)
}

/// Serves until nobody holds the other end of stdin.
pub(super) fn run<R: Remote>(threads: Threads) {
    R::run(threads, |remote| async move {
        let address = remote.serve().await;
        println!("{address}");
        std::io::stdout().flush().expect("the client reads it");
        let ended = tokio::task::spawn_blocking(|| {
            // An error is an end as well.
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
        });
        ended.await.expect("to wait does not panic");
    });
}
