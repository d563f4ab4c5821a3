//! A handler that blocks its thread is named in the log.

use ockam_contract::program::{Program, Remains};

fn run(scenario: &str) -> Remains {
    let remains = Program::run(env!("CARGO_BIN_EXE_main_blocked_handler"), scenario).end();
    assert_eq!(remains.status.code(), Some(0), "{remains:?}");
    remains
}

/// The lines that name the worker: when it blocks, and when it has.
fn named(remains: &Remains) -> Vec<&str> {
    let lines = remains.errors.lines();
    lines.filter(|it| it.contains("0#blocks")).collect()
}

#[test]
fn a_handler_that_blocks_its_thread_is_named_once_and_again_when_it_goes_on() {
    let remains = run("by default");
    assert_eq!(remains.lines, ["seen: true", "seen: false", "seen: true"]);
    let named = named(&remains);
    assert_eq!(named.len(), 4, "{remains:?}");
    for block in named.chunks(2) {
        let time = |line: &str, what: &str| {
            let (_, time) = line.split_once(what).expect(what);
            let (time, _) = time.split_once("ms").expect("in milliseconds");
            time.parse::<u64>().expect("a number")
        };
        let begun = time(block[0], "a handler blocks its thread for ");
        let ended = time(block[1], "a handler has blocked its thread for ");
        assert!((100..600).contains(&begun), "{remains:?}");
        // It is seen at the next look, before and after.
        assert!((550..3_000).contains(&ended), "{remains:?}");
    }
}

#[test]
fn a_node_of_one_thread_is_watched_as_well() {
    let remains = run("on one thread");
    assert_eq!(named(&remains).len(), 4, "{remains:?}");
}

#[test]
fn nobody_looks_where_that_is_switched_off_or_the_limit_is_not_reached() {
    for scenario in ["never", "after an hour"] {
        let remains = run(scenario);
        assert_eq!(remains.lines, ["seen: false"; 3]);
        assert_eq!(remains.errors, "", "{scenario}");
    }
}
