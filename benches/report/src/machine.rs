use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;

use crate::options::Options;

/// Says when, how and on what the results were measured.
pub(crate) fn how(options: &Options) -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    let model = cpu_model().unwrap_or_else(|| "unknown processor".to_owned());
    format!(
        "Measured on {} with `{}` on {cores} cores of {model}, {}, {}. Each figure is the median of \
         {} rounds.",
        output("date", &["-u", "+%Y-%m-%d"]),
        options.command,
        output("uname", &["-sr"]),
        output("rustc", &["--version"]),
        options.rounds,
    )
}

/// Finds the version of a package in a lock file.
pub(crate) fn version(lock: &Path, package: &str) -> Option<String> {
    let lock = fs::read_to_string(lock).ok()?;
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

fn cpu_model() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| format!("unknown {program}"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
