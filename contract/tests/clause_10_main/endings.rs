//! The ways in which `main` ends.

use ockam_contract::program::{Program, Remains};

fn run(scenario: &str) -> Remains {
    Program::run(env!("CARGO_BIN_EXE_main_result"), scenario).end()
}

#[test]
fn after_a_requested_stop_the_process_ends_with_0() {
    let remains = run("stops");
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.lines, ["shuts down"]);
    assert_eq!(remains.errors, "");
}

#[test]
fn a_receive_that_hears_of_the_stop_is_no_failure() {
    let remains = run("stops and receives");
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.errors, "");
}

#[test]
fn what_is_sent_or_asked_after_the_stop_is_a_failure_as_at_any_other_time() {
    for scenario in ["stops and sends", "stops and asks"] {
        let remains = run(scenario);
        assert_eq!(remains.status.code(), Some(1), "{remains:?}");
        assert_eq!(remains.lines, ["shuts down"]);
        assert!(remains.errors.contains("0#witness"), "{remains:?}");
    }
}

#[test]
fn a_worker_may_stop_the_node_that_main_waits_on() {
    let remains = run("lets a worker stop");
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.lines, ["handles stop", "shuts down"]);
    assert_eq!(remains.errors, "");
}

#[test]
fn an_error_is_printed_with_its_causes_after_the_node_was_stopped() {
    let remains = run("fails");
    assert_eq!(remains.status.code(), Some(1), "{remains:?}");
    assert_eq!(remains.lines, ["shuts down"]);
    let errors = &remains.errors;
    assert!(errors.starts_with("error: nothing works\n"), "{errors}");
    let position = |text| {
        errors
            .find(text)
            .unwrap_or_else(|| panic!("no {text:?} in {errors}"))
    };
    assert!(position("the log can't be written") < position("the disk is full"));
    assert_eq!(errors.matches("nothing works").count(), 1, "{errors}");
    assert_eq!(errors.matches("the disk is full").count(), 1, "{errors}");
}

#[test]
fn an_error_of_the_kind_stopped_is_a_failure_unless_the_node_was_stopped() {
    let remains = run("fails as something else has stopped");
    assert_eq!(remains.status.code(), Some(1), "{remains:?}");
    assert_eq!(remains.lines, ["shuts down"]);
    assert!(
        remains.errors.starts_with("error: 0#goes on"),
        "{remains:?}"
    );
}

#[test]
fn a_panic_in_main_stops_the_node_and_is_printed_once() {
    let remains = run("panics");
    assert_eq!(remains.status.code(), Some(101), "{remains:?}");
    assert_eq!(remains.lines, ["shuts down"]);
    assert_eq!(
        remains.errors.matches("main panics on purpose").count(),
        1,
        "{remains:?}"
    );
}

#[test]
fn a_panic_in_a_worker_is_on_stderr_and_the_process_goes_on() {
    let remains = run("has a worker that panics");
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.lines, ["handles what comes after", "shuts down"]);
    let says = |text: &str| remains.errors.contains(text);
    assert!(
        says("the worker panics on purpose") && says("0#panics"),
        "{remains:?}"
    );
}

#[test]
fn an_essential_worker_that_gives_up_ends_the_process_with_1_and_says_why() {
    for scenario in [
        "receives while an essential worker gives up",
        "waits elsewhere while an essential worker gives up",
        "has returned when an essential worker gives up",
    ] {
        let remains = run(scenario);
        assert_eq!(remains.status.code(), Some(1), "{scenario}: {remains:?}");
        assert!(
            remains.lines.contains(&"shuts down".to_owned()),
            "{remains:?}"
        );
        let why = "error: the essential worker 0#essential gave up: \
                   panicked: the worker panics on purpose";
        let said = remains.errors.lines().filter(|line| line.starts_with(why));
        assert_eq!(said.count(), 1, "{scenario}: {remains:?}");
    }
}

#[test]
fn a_thread_that_stays_blocked_does_not_keep_the_process() {
    let remains = run("leaves a blocked thread");
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.lines, ["shuts down"]);
}

#[test]
fn tasks_and_threads_of_the_program_do_not_keep_the_process() {
    let remains = run("leaves tasks");
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    assert_eq!(remains.lines, ["shuts down"]);
}

#[test]
fn a_receive_that_waits_long_says_so_with_the_types_that_are_queued() {
    for scenario in ["waits long", "waits long for a match"] {
        let remains = Program::run(env!("CARGO_BIN_EXE_main_one_thread"), scenario).end();
        assert_eq!(remains.status.code(), Some(0), "{remains:?}");
        assert_eq!(remains.lines, ["receives 7", "shuts down"]);
        let about = |line: &&str| line.contains("0#app") && line.contains("u64");
        let lines: Vec<_> = remains.errors.lines().filter(about).collect();
        assert_eq!(lines.len(), 1, "said once, {scenario}: {remains:?}");
        assert!(
            lines[0].contains("String") && lines[0].contains("char"),
            "{}",
            lines[0]
        );
    }
}
