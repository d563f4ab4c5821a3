//! Exit codes that `main` returns.

use ockam_contract::program::Program;

const EXIT_CODE: &str = env!("CARGO_BIN_EXE_main_exit_code");
const RESULT: &str = env!("CARGO_BIN_EXE_main_result_exit_code");
const NOTHING: &str = env!("CARGO_BIN_EXE_main_nothing");

#[test]
fn an_exit_code_other_than_0_stops_the_node_and_is_that_of_the_process() {
    for path in [EXIT_CODE, RESULT] {
        let remains = Program::run(path, "7").end();
        assert_eq!(remains.status.code(), Some(7), "{remains:?}");
        assert_eq!(remains.lines, ["main returns", "shuts down"]);
        assert_eq!(remains.errors, "");
    }
}

#[test]
fn an_error_in_place_of_an_exit_code_is_printed() {
    let remains = Program::run(RESULT, "no number").end();
    assert_eq!(remains.status.code(), Some(1), "{remains:?}");
    assert_eq!(remains.lines, ["main returns", "shuts down"]);
    assert_eq!(remains.errors, "error: invalid digit found in string\n");
}

#[test]
fn after_an_exit_code_of_0_or_nothing_the_node_goes_on_until_a_signal() {
    for (path, argument) in [(EXIT_CODE, "0"), (RESULT, "0"), (NOTHING, "")] {
        let program = Program::run(path, argument);
        program.expect("main returns");
        program.signal("TERM");
        let remains = program.end();
        assert_eq!(remains.status.code(), Some(0), "{remains:?}");
        assert_eq!(remains.lines, ["shuts down"]);
    }
}
