//! Looks for the keys of a secure channel in the memory of a process, while the channel is open and when it has closed:
//! `scripts/core-image`.
//!
//! ```text
//!  ockam_core_image run ── reads /proc/…/mem of ──▶ ockam_core_image channel    both ends of a channel
//! ```
//!
//! The keys are those of AES-256. A cipher in memory is found by its round keys, of which each follows from those
//! before it.

mod image;
mod schedule;
mod target;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use ockam::{Error, ErrorKind, Result};

use crate::image::Image;
use crate::schedule::Key;

/// The keys of a channel whose two ends are in one process: one for each direction.
const KEYS: usize = 2;

/// How long the tasks of a channel that has closed may take to end.
const END: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match arguments[..] {
        ["run", runs] => run(runs),
        ["channel"] => target::run(),
        _ => Err(wrong("no such arguments")),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn wrong(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Other, why)
}

fn run(runs: &str) -> Result<()> {
    let runs: u32 = runs.parse()?;
    let (mut keys, mut copies, mut bytes, mut dirty) = (0, 0, 0, 0);
    for number in 1..=runs {
        let seen = look()?;
        keys += seen.keys;
        copies += seen.copies_while_open;
        bytes = bytes.max(seen.bytes);
        dirty += u32::from(!seen.left.is_empty());
        for left in &seen.left {
            println!("run {number}: {left}");
        }
    }
    println!(
        "{runs} runs, images of up to {} MiB: {keys} keys while the channels were open, in {copies} places; \
         {dirty} runs in which something was left",
        bytes / (1024 * 1024)
    );
    match dirty {
        0 => Ok(()),
        _ => Err(wrong("keys are left in memory")),
    }
}

/// What was seen in one run.
struct Seen {
    keys: usize,
    copies_while_open: usize,
    bytes: usize,
    /// What was found when the channel had closed.
    left: Vec<String>,
}

fn look() -> Result<Seen> {
    let mut process = Process::start()?;
    process.expect("open")?;
    let image = Image::of(process.id())?;
    let found = schedule::find(&image);
    let mut keys: Vec<Key> = found.iter().map(|found| found.key).collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.len() < KEYS {
        let why =
            "fewer keys than a channel has are in memory while it is open: is there an AES unit?";
        return Err(wrong(why));
    }
    process.tell("close")?;
    process.expect("closed")?;
    let begin = Instant::now();
    let left = loop {
        let after = Image::of(process.id())?;
        let mut left: Vec<_> = schedule::find(&after)
            .iter()
            .map(ToString::to_string)
            .collect();
        left.extend(keys.iter().flat_map(|key| after.find_half(key)));
        if left.is_empty() || begin.elapsed() > END {
            break left;
        }
        sleep(Duration::from_millis(50));
    };
    Ok(Seen {
        keys: keys.len(),
        copies_while_open: found.len(),
        bytes: image.bytes(),
        left,
    })
}

/// The process whose memory is read.
struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("channel")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (stdin, stdout) = pipes.ok_or_else(|| wrong("no pipes"))?;
        let stdout = BufReader::new(stdout);
        Ok(Self {
            child,
            stdin,
            stdout,
        })
    }

    fn id(&self) -> u32 {
        self.child.id()
    }

    fn tell(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(self.stdin, "{line}")?)
    }

    fn expect(&mut self, expected: &str) -> Result<()> {
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        match line.trim_end() {
            line if line == expected => Ok(()),
            line => Err(wrong(format!("the process says {line:?}, not {expected}"))),
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
