use std::env;
use std::process::exit;

use crate::framework::Threads;
use crate::workload::{Extent, Workload};

/// What the command line of a benchmark asks for.
pub(crate) struct Arguments {
    pub(crate) workload: Workload,
    pub(crate) payload: Size,
    pub(crate) threads: Threads,
    pub(crate) extent: Extent,
}

/// Which message is sent.
#[derive(Clone, Copy)]
pub(crate) enum Size {
    /// A `u64`.
    Number,
    /// A [`Record`](crate::Record).
    Record,
}

const USAGE: &str = "--workload <name> [--payload u64|record] [--threads 1|2] [--divide <n>] \
[--count <n>] [--variant <name>]";

impl Arguments {
    pub(crate) fn parse() -> Self {
        let name = value("--workload").unwrap_or_default();
        let payload = match value("--payload").as_deref() {
            None | Some("u64") => Size::Number,
            Some("record") => Size::Record,
            Some(_) => usage(),
        };
        Self {
            workload: Workload::named(&name).unwrap_or_else(|| unknown_workload()),
            payload,
            threads: threads(),
            extent: Extent {
                divide: divide(),
                count: number("--count", 1),
            },
        }
    }
}

/// Returns how many threads run the workers.
pub(crate) fn threads() -> Threads {
    match value("--threads").as_deref() {
        None | Some("2") => Threads::Two,
        Some("1") => Threads::Current,
        Some(_) => usage(),
    }
}

/// Returns by which factor a workload is smaller.
pub(crate) fn divide() -> u64 {
    number("--divide", 1)
}

/// Returns the value of an option.
pub(crate) fn value(option: &str) -> Option<String> {
    let mut arguments = env::args().skip_while(|argument| argument != option);
    arguments.nth(1)
}

/// Returns which way to use a framework the command line asks for, if a binary has several.
pub fn variant() -> Option<String> {
    value("--variant")
}

fn number(option: &str, default: u64) -> u64 {
    let number = value(option).map_or(Some(default), |number| number.parse().ok());
    number
        .filter(|number| *number > 0)
        .unwrap_or_else(|| usage())
}

fn unknown_workload() -> ! {
    let names: Vec<_> = Workload::ALL.iter().map(|it| it.name()).collect();
    eprintln!("workloads: {}", names.join(", "));
    usage()
}

/// Says what the command line may be, and ends the process.
pub(crate) fn usage() -> ! {
    eprintln!("usage: {USAGE}");
    exit(2)
}
