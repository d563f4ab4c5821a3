//! Programs that a test runs as processes.

use std::io::{BufRead, BufReader, Read, Write};
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ockam::{Context, Result, Worker};

/// The longest time that a program takes. It only ends tests that fail.
const LIMIT: Duration = Duration::from_secs(60);

/// A running program.
pub struct Program {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    errors: Errors,
}

/// The stderr of a program.
#[derive(Default)]
struct Errors {
    text: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Errors {
    fn read(mut pipe: ChildStderr) -> Self {
        let text = Arc::<Mutex<Vec<u8>>>::default();
        let written = text.clone();
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = pipe.read(&mut bytes) {
                locked(&written).extend_from_slice(&bytes[..read]);
            }
        });
        Self {
            text,
            reader: Some(reader),
        }
    }
}

fn locked(text: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    text.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The output and the status of a program that has ended.
#[derive(Debug)]
pub struct Remains {
    /// Its exit status.
    pub status: ExitStatus,
    /// The lines of its stdout that the test has not read.
    pub lines: Vec<String>,
    /// Its stderr.
    pub errors: String,
}

impl Program {
    /// Runs the program at `path` with one argument.
    ///
    /// # Panics
    ///
    /// Panics if there is no such program.
    pub fn run(path: &str, scenario: &str) -> Self {
        Self::run_with(path.as_ref(), &[scenario])
    }

    /// Runs the program at `path` with arguments.
    ///
    /// # Panics
    ///
    /// Panics if there is no such program.
    pub fn run_with(path: &Path, arguments: &[&str]) -> Self {
        Self::start(Command::new(path).args(arguments), Stdio::piped())
    }

    /// Runs the program at `path` with arguments, in a folder.
    ///
    /// # Panics
    ///
    /// Panics if there is no such program.
    pub fn run_in(folder: &Path, path: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(path);
        command.args(arguments).current_dir(folder);
        Self::start(&mut command, Stdio::piped())
    }

    /// Runs the program at `path` with arguments. Its stderr takes nothing until the test reads the other
    /// end, which is returned.
    ///
    /// # Panics
    ///
    /// Panics if there is no such program.
    #[cfg(unix)]
    pub fn run_unread(path: &Path, arguments: &[&str]) -> (Self, UnixStream) {
        let (mut full, other_end) = UnixStream::pair().expect("there are sockets");
        full.set_nonblocking(true).expect("it is a socket");
        while full.write(&[b'\n'; 4096]).is_ok() {}
        while full.write(b"\n").is_ok() {}
        full.set_nonblocking(false).expect("it is a socket");
        let stderr = OwnedFd::from(full).into();
        let program = Self::start(Command::new(path).args(arguments), stderr);
        (program, other_end)
    }

    fn start(command: &mut Command, stderr: Stdio) -> Self {
        let mut child = command
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("cargo has built the program");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let errors = child.stderr.take().map(Errors::read).unwrap_or_default();
        let (sender, lines) = channel();
        // The end of stdout is the end of the process.
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // This fails once the test has failed.
                let _ = sender.send(line);
            }
        });
        Self {
            child,
            input,
            lines,
            errors,
        }
    }

    /// Returns the number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns what it has written to stderr until now.
    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&locked(&self.errors.text)).into_owned()
    }

    /// Waits for the next line on stdout, and compares it.
    ///
    /// # Panics
    ///
    /// Panics if it is another line, or there is none in time.
    #[track_caller]
    pub fn expect(&self, line: &str) {
        assert_eq!(self.lines.recv_timeout(LIMIT).as_deref(), Ok(line));
    }

    /// Waits for the next line on stdout.
    ///
    /// # Panics
    ///
    /// Panics if there is none in time.
    #[track_caller]
    pub fn line(&self) -> String {
        let line = self.lines.recv_timeout(LIMIT);
        line.expect("the program prints another line")
    }

    /// Writes a line to stdin.
    pub fn say(&mut self, line: &str) {
        let input = self.input.as_mut().expect("stdin is piped");
        writeln!(input, "{line}").expect("the program reads it");
    }

    /// Waits a moment for the next line on stdout.
    pub fn line_within(&self, moment: Duration) -> Option<String> {
        self.lines.recv_timeout(moment).ok()
    }

    /// Closes stdin.
    pub fn say_no_more(&mut self) {
        self.input = None;
    }

    /// Sends a signal, such as `INT`.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "the program runs"
        );
    }

    /// Returns `true` if all its threads are stopped, which takes a moment after the signal. This works
    /// on Linux.
    ///
    /// # Panics
    ///
    /// Panics if `ps` is missing.
    pub fn is_stopped(&self) -> bool {
        let id = self.child.id().to_string();
        let states = Command::new("ps")
            .args(["-L", "-o", "stat=", "-p", &id])
            .output();
        let states = states.expect("there is a `ps`").stdout;
        let states = String::from_utf8_lossy(&states);
        !states.is_empty() && states.lines().all(|state| state.starts_with('T'))
    }

    /// Sends a signal again and again until the program ends. This is for programs that can't report
    /// when they have received the first one.
    pub fn signal_until_it_ends(mut self, name: &str) -> Remains {
        let begin = Instant::now();
        while self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            assert!(
                begin.elapsed() < LIMIT,
                "the program takes no notice of SIG{name}"
            );
            self.signal(name);
            thread::sleep(Duration::from_millis(10));
        }
        self.end()
    }

    /// Waits for the end of the program.
    ///
    /// # Panics
    ///
    /// Panics if it doesn't end in time.
    #[track_caller]
    pub fn end(self) -> Remains {
        self.end_within(LIMIT)
    }

    /// Waits for the end of a program that takes its time.
    ///
    /// # Panics
    ///
    /// Panics if it doesn't end in time.
    #[track_caller]
    pub fn end_within(mut self, limit: Duration) -> Remains {
        let begin = Instant::now();
        let mut lines = Vec::new();
        loop {
            match self
                .lines
                .recv_timeout(limit.saturating_sub(begin.elapsed()))
            {
                Ok(line) => lines.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the program hangs, after {lines:?}"),
            }
        }
        let status = self.child.wait().expect("it is a child of this process");
        // It ends with the process, which holds the other end of the pipe.
        if let Some(reader) = self.errors.reader.take() {
            let _ = reader.join();
        }
        Remains {
            status,
            lines,
            errors: self.errors(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // This fails if the program has ended, as it should have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A worker that prints its events to stdout.
pub struct Witness;

impl Worker for Witness {
    type Message = String;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        println!("handles {msg}");
        if msg == "stop" {
            ctx.stop().await?;
        }
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        println!("shuts down");
        Ok(())
    }
}
