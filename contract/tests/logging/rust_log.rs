//! The feature `env-filter`, in separate programs: what it adds, and that it changes nothing else.

use std::process::Command;

/// Returns what the program writes to stderr, which is a pipe.
fn run(scenario: &str, rust_log: Option<&str>) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_log_as_rust_log_says"));
    program.arg(scenario).env_remove("NO_COLOR");
    match rust_log {
        Some(directives) => program.env("RUST_LOG", directives),
        None => program.env_remove("RUST_LOG"),
    };
    let output = program.output().expect("cargo has built the program");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).expect("the log is UTF-8")
}

#[test]
fn warnings_are_written_by_default() {
    let log = run("", None);
    assert!(log.contains("a warning about cups"), "{log:?}");
    assert!(!log.contains("an info about cups"), "{log:?}");
}

#[test]
fn rust_log_says_what_is_written() {
    let log = run("", Some("info"));
    assert!(log.contains("an info about cups"), "{log:?}");
    let log = run("", Some("off"));
    assert_eq!(log, "");
}

#[test]
fn a_pipe_gets_no_colour_codes() {
    let log = run("", Some("debug"));
    assert!(log.contains("an info about cups"), "{log:?}");
    assert!(!log.contains('\u{1b}'), "{log:?}");
}

/// Any dependency can enable the feature. A program that installs its own subscriber keeps it.
#[test]
fn a_subscriber_of_the_program_stays() {
    assert_eq!(run("subscribed", Some("info")), "");
}
