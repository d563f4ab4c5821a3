//! Finds out whether the compiler is the one with which the diagnostics were recorded.

use std::env;
use std::process::Command;

const RECORDED_WITH: &str = "1.95.";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(recorded_compiler)");
    if version().is_some_and(|version| is_recorded(&version)) {
        println!("cargo::rustc-cfg=recorded_compiler");
    }
}

/// Returns the compiler's version, such as `1.95.0` or `1.96.0-nightly`.
fn version() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?)
        .arg("--version")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}

fn is_recorded(version: &str) -> bool {
    version.starts_with(RECORDED_WITH) && !version.contains('-')
}
