//! Without a subscriber, warnings and errors are written to stderr. The programs are separate.

use ockam_contract::program::{Program, Remains};

fn run(scenario: &str) -> Remains {
    let remains = Program::run(env!("CARGO_BIN_EXE_log_to_stderr"), scenario).end();
    assert!(remains.status.success(), "{remains:?}");
    assert_eq!(remains.lines, ["sent"], "stdout is the program's own");
    remains
}

/// The two lines that every program without a subscriber writes.
const LINES: [(&str, &str); 2] = [
    ("warning: 0#clumsy: ", "the cup is broken: it slipped"),
    ("error: 0#nervous: ", "both hands full"),
];

#[track_caller]
fn assert_seen(remains: &Remains) {
    for (start, end) in LINES {
        let seen = |line: &str| line.starts_with(start) && line.ends_with(end);
        assert_eq!(
            remains.errors.lines().filter(|line| seen(line)).count(),
            1,
            "{remains:?}"
        );
    }
}

#[test]
fn without_a_subscriber_a_failing_worker_is_seen_on_stderr() {
    assert_seen(&run(""));
}

#[test]
fn a_subscriber_of_one_thread_does_not_hide_what_happens_on_others() {
    assert_seen(&run("scoped"));
}

#[test]
fn a_subscriber_has_it_to_itself() {
    let remains = run("subscribed");
    for (start, _) in LINES {
        assert!(!remains.errors.contains(start), "{remains:?}");
    }
}
