//! Signals stop the nodes that live, and no others.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ockam_contract::program::Program;

const PROGRAM: &str = env!("CARGO_BIN_EXE_main_without_a_node");

const SIGNALS: [(&str, i32); 2] = [("INT", 2), ("TERM", 15)];

#[test]
fn after_its_nodes_a_signal_ends_a_program_as_it_does_any_other() {
    for scenario in ["runs a node", "runs a test"] {
        for (signal, number) in SIGNALS {
            let program = Program::run(PROGRAM, scenario);
            program.expect("no node lives");
            program.signal(signal);
            let remains = program.end();
            assert_eq!(remains.status.signal(), Some(number), "{remains:?}");
        }
    }
}

#[test]
fn a_later_node_hears_signals_as_well() {
    let mut program = Program::run(PROGRAM, "runs a node");
    program.expect("no node lives");
    program.say("go on");
    program.expect("another node lives");
    program.signal("TERM");
    let remains = program.end();
    assert_eq!(remains.status.signal(), None, "{remains:?}");
    assert!(remains.errors.contains("0#app has stopped"), "{remains:?}");
}

#[test]
fn a_signal_that_the_program_handles_itself_is_left_to_it_between_nodes() {
    let mut program = Program::run(PROGRAM, "handles signals itself");
    program.expect("no node lives");
    program.signal("INT");
    program.expect("the program handles it");
    program.say("go on");
    program.expect("another node lives");
    // It has not heard of the signal that came before it.
    assert_eq!(program.line_within(Duration::from_millis(300)), None);
    program.signal("INT");
    program.expect("the program handles it");
    assert!(program.end().errors.contains("0#app has stopped"));
}

#[test]
fn a_signal_that_was_ignored_before_stays_ignored_between_nodes() {
    let script = format!("trap '' INT; exec {PROGRAM} 'runs a node'");
    let mut program = Program::run_with(Path::new("/bin/sh"), &["-c", &script]);
    program.expect("no node lives");
    program.signal("INT");
    program.say("go on");
    program.expect("another node lives");
    assert_eq!(program.line_within(Duration::from_millis(300)), None);
    program.signal("TERM");
    assert!(program.end().errors.contains("0#app has stopped"));
}

#[test]
fn a_node_for_which_there_are_no_threads_is_an_error() {
    // No stack of this size can be allocated, so no thread can be spawned.
    let output = Command::new(PROGRAM)
        .arg("has no threads")
        .env("RUST_MIN_STACK", (1_usize << 47).to_string())
        .output()
        .expect("cargo has built the program");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.starts_with("the threads of the node did not start: "),
        "{output:?}"
    );
    assert!(output.stderr.is_empty(), "{output:?}");
}
