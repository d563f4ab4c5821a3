use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::contenders::Contender;
use crate::options::Options;
use crate::settings::Setting;

/// A benchmark that takes so long hangs.
const LIMIT: Duration = Duration::from_secs(300);

/// Builds the programs of those contenders that take part.
pub(crate) fn build(options: &Options) -> Result<(), String> {
    let programs: BTreeSet<_> = options
        .contenders
        .iter()
        .map(|contender| (contender.workspace, contender.binary))
        .collect();
    for (workspace, package) in programs {
        let manifest = options.benches.join(workspace).join("Cargo.toml");
        eprintln!("building {package}");
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--quiet"]);
        cargo.args(["--package", package, "--manifest-path"]);
        let status = cargo.arg(manifest).status();
        let status = status.map_err(|why| format!("cargo does not start: {why}"))?;
        if !status.success() {
            return Err(format!("{package} does not build"));
        }
    }
    Ok(())
}

/// Plays a workload in a process of its own and returns its metrics.
pub(crate) fn play(
    options: &Options,
    contender: &Contender,
    setting: Setting,
    workload: &str,
    count: u64,
) -> Result<Vec<(String, f64)>, String> {
    let mut command = Command::new(options.program(contender.binary));
    command.args(["--workload", workload, "--payload", setting.payload]);
    command.args(["--threads", setting.threads]);
    command.args(["--divide", &options.divide.to_string()]);
    command.args(["--count", &count.to_string()]);
    if let Some(variant) = contender.variant {
        command.args(["--variant", variant]);
    }
    metrics(command).map_err(|why| format!("{}, {workload}: {why}", contender.name))
}

/// Runs a program that prints lines of a name and a value.
pub(crate) fn metrics(mut command: Command) -> Result<Vec<(String, f64)>, String> {
    let child = command.stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|why| format!("does not start: {why}"))?;
    let begun = Instant::now();
    while child.try_wait().map_err(|why| why.to_string())?.is_none() {
        if begun.elapsed() > LIMIT {
            // Whether it ends before the kill makes no difference.
            let _ = child.kill();
            return Err(format!("did not end within {LIMIT:?}"));
        }
        sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().map_err(|why| why.to_string())?;
    if !output.status.success() {
        return Err(output.status.to_string());
    }
    let lines = String::from_utf8_lossy(&output.stdout);
    Ok(lines.lines().filter_map(metric).collect())
}

fn metric(line: &str) -> Option<(String, f64)> {
    let (name, value) = line.split_once(' ')?;
    Some((name.to_owned(), value.parse().ok()?))
}
