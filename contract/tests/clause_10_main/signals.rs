//! SIGINT, SIGTERM and SIGHUP at different points of `main`.

use std::path::Path;

use ockam_contract::program::Program;

const RESULT: &str = env!("CARGO_BIN_EXE_main_result");
const ONE_THREAD: &str = env!("CARGO_BIN_EXE_main_one_thread");

const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

#[test]
fn ok_without_a_stop_goes_on_until_a_signal() {
    for (signal, _) in SIGNALS {
        let mut program = Program::run(RESULT, "returns");
        program.expect("main returns");
        for line in ["one", "two"] {
            program.say(line);
            program.expect(&format!("handles {line}"));
        }
        program.signal(signal);
        let remains = program.end();
        assert_eq!(remains.status.code(), Some(0), "{remains:?}");
        assert_eq!(remains.lines, ["shuts down"]);
    }
}

#[test]
fn ok_without_a_stop_goes_on_until_a_worker_stops_the_node() {
    let mut program = Program::run(RESULT, "returns");
    program.expect("main returns");
    program.say("stop");
    let remains = program.end();
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.lines, ["handles stop", "shuts down"]);
}

#[test]
fn a_signal_while_main_receives_stops_the_node() {
    for (signal, _) in SIGNALS {
        let program = Program::run(RESULT, "receives");
        program.expect("receives");
        program.signal(signal);
        let remains = program.end();
        assert_eq!(remains.status.code(), Some(0), "{remains:?}");
        assert_eq!(remains.lines, ["shuts down"]);
        assert_eq!(remains.errors, "");
    }
}

/// A program that is to outlive its terminal is started so by `nohup`.
#[test]
fn a_terminal_that_goes_does_not_stop_a_node_that_ignores_it() {
    let ignoring = "trap '' HUP; exec \"$0\" \"$@\"";
    let program = Program::run_with(Path::new("/bin/sh"), &["-c", ignoring, RESULT, "receives"]);
    program.expect("receives");
    program.signal("HUP");
    program.signal("TERM");
    let remains = program.end();
    // It would be 143 if this had been the second signal.
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.lines, ["shuts down"]);
}

#[test]
fn a_signal_while_main_waits_for_something_else_stops_the_node_and_ends_main() {
    let program = Program::run(RESULT, "waits elsewhere");
    program.expect("waits elsewhere");
    program.signal("INT");
    let remains = program.end();
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.lines, ["shuts down"]);
}

#[test]
fn a_signal_that_comes_before_main_has_waited_once_is_not_lost() {
    let mut program = Program::run(ONE_THREAD, "is busy before it waits");
    program.expect("is busy");
    program.signal("INT");
    program.say("go on");
    let remains = program.end();
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.lines, ["shuts down"]);
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    for (signal, code) in SIGNALS {
        let program = Program::run(RESULT, "has a worker that goes on");
        program.expect("receives");
        program.signal("INT");
        program.expect("the node stops");
        program.signal(signal);
        let remains = program.end();
        // If it had waited for the deadline of the stop, it would have ended with 0.
        assert_eq!(remains.status.code(), Some(code), "{remains:?}");
        assert_eq!(remains.lines, [""; 0]);
    }
}

#[test]
fn a_second_signal_ends_a_process_whose_main_blocks_its_thread() {
    let program = Program::run(RESULT, "blocks");
    program.expect("blocks");
    program.signal("INT");
    program.expect("shuts down");
    program.signal("TERM");
    let remains = program.end();
    assert_eq!(remains.status.code(), Some(143), "{remains:?}");
}

#[test]
fn a_second_signal_ends_a_process_whose_only_thread_is_blocked() {
    let program = Program::run(ONE_THREAD, "has a worker that blocks");
    program.expect("blocks");
    let remains = program.signal_until_it_ends("INT");
    assert_eq!(remains.status.code(), Some(130), "{remains:?}");
}
