//! Runs the programs in `examples`, which cargo has built, without a warning, before it runs a test.

use std::env::consts::EXE_EXTENSION;
use std::env::current_exe;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn what_is_right_runs() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = fs::read_dir(directory).expect("the crate has examples");
    let files = files.map(|file| file.expect("a directory can be read").path());
    let programs = files.filter(|file| file.extension().is_some_and(|end| end == "rs"));
    let mut programs: Vec<PathBuf> = programs.collect();
    programs.sort();
    assert!(!programs.is_empty(), "nothing is tested");
    for program in programs {
        let program = built(&program);
        let output = Command::new(&program).stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        assert!(
            output.status.success(),
            "{} ended with {}:\n{}",
            program.display(),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Returns what cargo has built of an example: tests are in the directory beside.
fn built(source: &Path) -> PathBuf {
    let test = current_exe().expect("a test knows where it is");
    let profile = test.parent().and_then(Path::parent);
    let name = source.file_stem().expect("an example has a name");
    let program = profile.expect("a test is in a directory of its profile");
    let program = program.join("examples").join(name);
    program.with_extension(EXE_EXTENSION)
}
