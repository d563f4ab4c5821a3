//! A program whose workers block all threads still ends.

use ockam_contract::program::Program;

fn run(ending: &str) -> Program {
    let program = Program::run(env!("CARGO_BIN_EXE_main_one_worker_thread"), ending);
    program.expect("is blocked");
    program
}

#[test]
fn a_main_that_fails_ends_the_process() {
    let remains = run("fails").end();
    assert_eq!(remains.status.code(), Some(1), "{remains:?}");
    assert!(
        remains.errors.contains("main fails on purpose"),
        "{remains:?}"
    );
}

#[test]
fn a_main_that_panics_ends_the_process() {
    let remains = run("panics").end();
    assert_eq!(remains.status.code(), Some(101), "{remains:?}");
    assert!(
        remains.errors.contains("main panics on purpose"),
        "{remains:?}"
    );
}

#[test]
fn a_main_that_stops_the_node_ends_the_process() {
    let remains = run("stops").end();
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
}

#[test]
fn a_signal_ends_the_process() {
    let program = run("returns");
    program.signal("INT");
    let remains = program.end();
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
}

#[test]
fn a_main_that_takes_its_time_after_its_stop_is_not_taken_for_a_blocked_one() {
    let program = env!("CARGO_BIN_EXE_main_one_worker_thread");
    let remains = Program::run(program, "takes its time after its stop").end();
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.errors, "");
}
