use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::Result;

/// After this long without a line, a process is taken to hang.
const DEADLINE: Duration = Duration::from_secs(120);

/// What the processes of a case wrote to stderr.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

/// A node's process. It does not outlive this value.
pub(crate) struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Process {
    /// Starts a program; its complaints go to the log, under this name.
    pub(crate) fn start(program: &Path, words: &[&str], name: &str, log: &Log) -> Result<Self> {
        let mut child = Command::new(program)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.display()))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("stdout is piped");
        let stderr = child.stderr.take().expect("stderr is piped");

        let (sender, lines) = channel();
        // A line that nobody waits for is dropped.
        each_line(stdout, move |line| drop(sender.send(line)));
        let (name, log) = (name.to_string(), log.clone());
        each_line(stderr, move |line| {
            log.lock()
                .expect("no writer panics")
                .push(format!("{name}: {line}"));
        });
        Ok(Self {
            child,
            stdin,
            lines,
        })
    }

    /// Waits for a line on its stdout.
    pub(crate) fn line(&mut self) -> Result<String> {
        match self.lines.recv_timeout(DEADLINE) {
            Ok(line) => Ok(line),
            Err(RecvTimeoutError::Timeout) => Err(format!("silent for {DEADLINE:?}").into()),
            Err(RecvTimeoutError::Disconnected) => {
                Err(format!("ended without a word, with {}", self.child.wait()?).into())
            }
        }
    }

    /// Writes a line to its standard input.
    pub(crate) fn tell(&mut self, line: &str) -> Result<()> {
        let stdin = self.stdin.as_mut().ok_or("its standard input is closed")?;
        Ok(writeln!(stdin, "{line}")?)
    }

    /// Closes its standard input and waits until it has ended.
    pub(crate) fn end(mut self) -> Result<ExitStatus> {
        drop(self.stdin.take());
        loop {
            match self.lines.recv_timeout(DEADLINE) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("does not end within {DEADLINE:?}").into());
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(self.child.wait()?),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn each_line(from: impl Read + Send + 'static, mut take: impl FnMut(String) + Send + 'static) {
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(std::io::Result::ok) {
            take(line);
        }
    });
}
