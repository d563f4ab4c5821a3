use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

/// Measures the time that passes, and the time that the whole process computes meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    wall: Instant,
    cpu: Duration,
}

/// What a [`Clock`] has measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spent {
    /// Time on the wall.
    pub wall: Duration,
    /// Time of all cores, in user code and in the kernel.
    pub cpu: Duration,
}

impl Clock {
    /// Starts to measure.
    pub fn start() -> Self {
        let cpu = cpu_time();
        let wall = Instant::now();
        Self { wall, cpu }
    }

    /// Returns what has been spent.
    pub fn spent(self) -> Spent {
        let wall = self.wall.elapsed();
        let cpu = cpu_time() - self.cpu;
        Spent { wall, cpu }
    }
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID);
    time.expect("Linux has this clock").into()
}
