//! Without a subscriber, warnings and errors are written to stderr. The programs are separate.

#[cfg(unix)]
use std::io::{BufRead, BufReader};

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

#[cfg(unix)]
#[test]
fn lines_that_nobody_reads_in_time_are_counted() {
    const LINES: usize = 60 * 16;
    let path = env!("CARGO_BIN_EXE_log_to_stderr").as_ref();
    let (mut program, stderr) = Program::run_unread(path, &["crowd"]);
    // All has been logged, and nothing of it was read.
    program.expect("sent");
    program.say("");
    let lines = BufReader::new(stderr).lines().map_while(Result::ok);
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    let written = lines.iter().filter(|line| line.ends_with("it slipped"));
    let written = written.count();
    let left_out = lines.iter().find_map(|line| {
        let (number, _) = line
            .strip_prefix("warning: ")?
            .split_once(" lines were left out")?;
        number.parse::<usize>().ok()
    });
    assert_eq!(Some(LINES - written), left_out, "{lines:?}");
    assert!(program.end().status.success());
}
