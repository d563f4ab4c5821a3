//! Nothing that blocks threads keeps the process of a node that is being stopped.

use std::time::{Duration, Instant};

use ockam_contract::program::{Program, Remains};

const PROGRAM: &str = env!("CARGO_BIN_EXE_main_stuck");

/// The deadline of the program's stop, and the two seconds after it. The rest is for a machine that does
/// other things, too. Without the watch, the program never ends.
const LIMIT: Duration = Duration::from_millis(2_100 + 3_000);

fn run(scenario: &str) -> Program {
    let program = Program::run(PROGRAM, scenario);
    program.expect("is blocked");
    program
}

fn end(program: Program, since: Instant) -> Remains {
    let remains = program.end();
    let took = since.elapsed();
    assert!(took < LIMIT, "{took:?}: {remains:?}");
    remains
}

#[test]
fn a_signal_ends_a_main_that_waits_while_all_threads_are_blocked() {
    for signal in ["TERM", "INT"] {
        let program = run("all threads");
        let since = Instant::now();
        program.signal(signal);
        let remains = end(program, since);
        assert_eq!(remains.lines, ["stopped"], "{remains:?}");
        assert_eq!(remains.status.code(), Some(3), "{remains:?}");
        assert!(
            remains.errors.contains("the stop takes too long"),
            "{remains:?}"
        );
    }
}

#[test]
fn a_signal_ends_a_process_whose_main_blocks_its_thread() {
    let program = run("main");
    let since = Instant::now();
    program.signal("TERM");
    let remains = end(program, since);
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert!(remains.errors.contains("the process ends"), "{remains:?}");
}

#[test]
fn a_signal_ends_a_main_that_has_stopped_its_node_and_goes_on() {
    let program = run("all threads, and main stops the node itself");
    program.expect("has stopped");
    let since = Instant::now();
    program.signal("TERM");
    let remains = end(program, since);
    assert_eq!(remains.lines, ["stopped"], "{remains:?}");
    assert_eq!(remains.status.code(), Some(3), "{remains:?}");
}

#[test]
fn a_worker_that_stops_the_node_ends_a_program_whose_main_blocks_its_thread() {
    let since = Instant::now();
    let remains = end(
        Program::run(PROGRAM, "main, and a worker stops the node"),
        since,
    );
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
}

#[test]
fn a_node_whose_main_is_blocked_leaves_other_nodes_their_time() {
    let program = Program::run(PROGRAM, "one of two nodes");
    program.expect("the other waits");
    program.signal("TERM");
    let remains = program.end();
    assert!(
        remains
            .lines
            .iter()
            .any(|line| line == "the other has ended"),
        "{remains:?}"
    );
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
}
