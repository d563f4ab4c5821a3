//! Measures a process from outside, by what Linux says of it in `/proc`.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// What a process uses at the moment.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// The bytes of memory that are resident.
    pub resident: usize,
    /// The most bytes of memory that have been resident.
    pub peak: usize,
    /// The processor time that it has used, in its own code and in the kernel.
    pub processor: Duration,
    /// The number of open file descriptors.
    pub descriptors: usize,
    /// The number of threads.
    pub threads: usize,
}

/// Returns the processor time that the calling thread has used.
///
/// # Panics
///
/// Panics if the kernel doesn't tell.
pub fn processor_time_of_this_thread() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("linux has it");
    let nanos = text.split_whitespace().next().map(str::parse);
    Duration::from_nanos(nanos.expect("a number").expect("a number"))
}

/// Measures one process.
#[derive(Clone, Debug)]
pub struct Meter(PathBuf);

impl Meter {
    /// Measures the process with this number.
    pub fn of(process: u32) -> Self {
        Self(PathBuf::from(format!("/proc/{process}")))
    }

    /// Reads what the process uses. Returns `None` once it has ended.
    pub fn try_read(&self) -> Option<Usage> {
        let status = fs::read_to_string(self.0.join("status")).ok()?;
        Some(Usage {
            resident: kibibytes(&status, "VmRSS:")?,
            peak: kibibytes(&status, "VmHWM:")?,
            processor: self.processor()?,
            descriptors: fs::read_dir(self.0.join("fd")).ok()?.count(),
            threads: fs::read_dir(self.0.join("task")).ok()?.count(),
        })
    }

    /// Reads what the process uses.
    ///
    /// # Panics
    ///
    /// Panics if it has ended.
    #[track_caller]
    pub fn read(&self) -> Usage {
        self.try_read().expect("the process runs")
    }

    fn processor(&self) -> Option<Duration> {
        /// `USER_HZ`, which is the same on all common architectures.
        const TICKS_PER_SECOND: u64 = 100;
        let stat = fs::read_to_string(self.0.join("stat")).ok()?;
        // The second field is the name, in parentheses. User and system time are fields 14 and 15.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut times = fields.split_whitespace().skip(11);
        let user: u64 = times.next()?.parse().ok()?;
        let system: u64 = times.next()?.parse().ok()?;
        Some(Duration::from_millis(
            (user + system) * 1000 / TICKS_PER_SECOND,
        ))
    }
}

/// Returns a field of `/proc/N/status` in bytes.
fn kibibytes(status: &str, field: &str) -> Option<usize> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let number: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(number * 1024)
}
