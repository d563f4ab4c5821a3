//! A stderr that takes nothing doesn't change how a program ends.

use std::fs::OpenOptions;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_main_result");

#[test]
fn a_main_that_fails_ends_with_1_whoever_reads_its_error() {
    let full = OpenOptions::new().write(true).open("/dev/full");
    let full = full.expect("Linux has a device that is full");
    let (unread, closed) = UnixStream::pair().expect("a pair of sockets");
    drop(unread);
    for (what, stderr) in [
        ("full", Stdio::from(full)),
        ("closed", Stdio::from(OwnedFd::from(closed))),
    ] {
        let status = Command::new(PROGRAM)
            .arg("fails")
            .stdout(Stdio::null())
            .stderr(stderr)
            .status();
        let status = status.expect("cargo has built the program");
        assert_eq!(status.code(), Some(1), "stderr is {what}");
    }
}

#[test]
fn a_main_that_fails_does_not_wait_for_a_reader_of_its_error() {
    // The pipe has not room for the error, and nobody reads it.
    let mut child = Command::new(PROGRAM)
        .arg("fails at length")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cargo has built the program");
    let status = child.wait().expect("it is a child of this process");
    assert_eq!(status.code(), Some(1));
}
