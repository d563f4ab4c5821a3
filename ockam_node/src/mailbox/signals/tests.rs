use ockam_core::{Down, DownReason, Error, ErrorKind};

use super::queue::{MAX_QUEUED_FAILURES, MAX_QUEUED_RESTARTS};
use super::{Due, Signal, Signals};

fn lost(what: usize) -> Signal {
    let why = format!("{what} is lost");
    let error = Error::new(ErrorKind::OutcomeUnknown, why);
    Signal::Undelivered(error.with_names(vec!["worker".into()]))
}

fn is_due(signals: &Signals, begun: usize) -> bool {
    signals.next_due(begun) == Some(Due::Signal)
}

#[test]
fn signals_that_are_alike_take_one_entry() {
    let signals = Signals::default();
    for what in 0..MAX_QUEUED_FAILURES {
        assert!(signals.push(lost(what), 1_000, 0).is_ok());
        assert!(signals.push(lost(what), 1, 0).is_ok());
    }
    assert!(
        signals.push(lost(MAX_QUEUED_FAILURES), 1, 0).is_err(),
        "too many"
    );
    for number in 0..MAX_QUEUED_FAILURES * 1_001 - 1 {
        let Some(Signal::Undelivered(failure)) = signals.pop(0) else {
            panic!("there is one more");
        };
        assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(failure.to_string(), format!("{} is lost", number / 1_001));
        assert_eq!(failure.names(), ["worker"]);
    }
    let left: Vec<_> = signals.close().iter().map(|(_, times)| *times).collect();
    assert_eq!(left, [1]);
    assert!(signals.pop(0).is_none());
}

#[test]
fn signals_that_are_alike_keep_their_places_as_long_as_there_is_room() {
    let signals = Signals::default();
    for place in 1..MAX_QUEUED_FAILURES {
        assert!(signals.push(lost(0), 1, place).is_ok());
    }
    // The last entry is for all that follow.
    for place in MAX_QUEUED_FAILURES..=2 * MAX_QUEUED_FAILURES {
        assert!(signals.push(lost(0), 1, place).is_ok());
    }
    for place in 1..MAX_QUEUED_FAILURES {
        assert!(signals.pop(place - 1).is_none() && !is_due(&signals, place - 1));
        assert!(is_due(&signals, place) && signals.pop(place).is_some());
    }
    assert!(signals.pop(2 * MAX_QUEUED_FAILURES - 1).is_none());
    for _ in MAX_QUEUED_FAILURES..=2 * MAX_QUEUED_FAILURES {
        assert!(signals.pop(2 * MAX_QUEUED_FAILURES).is_some());
    }
    assert!(!signals.is_empty(), "nobody has looked behind the last one");
    assert!(signals.pop(2 * MAX_QUEUED_FAILURES).is_none());
    assert!(!is_due(&signals, 2 * MAX_QUEUED_FAILURES) && signals.is_empty());
}

#[test]
fn nothing_is_accepted_that_nobody_takes_any_more() {
    let signals = Signals::default();
    assert!(signals.push(lost(0), 2, 0).is_ok());
    assert_eq!(signals.close().len(), 1);
    assert!(signals.push(lost(0), 1, 0).is_err());
    assert_eq!(signals.close().len(), 0);
}

#[test]
fn a_signal_is_due_behind_what_was_accepted_before_it() {
    let signals = Signals::default();
    let behind = usize::MAX;
    assert!(signals.push(lost(0), 1, behind).is_ok());
    assert!(!is_due(&signals, behind.wrapping_sub(1)));
    assert!(is_due(&signals, behind));
    assert!(is_due(&signals, behind.wrapping_add(1)));
}

fn restart(monitor: u64, number: usize) -> Signal {
    let reason = DownReason::Restarted(format!("it failed {number}"));
    Signal::Down {
        monitor,
        generation: 0,
        down: Down::new("fragile".into(), number as u64, reason),
    }
}

#[test]
fn of_the_restarts_that_a_monitor_tells_the_last_one_stands_for_those_beyond_the_bound() {
    let signals = Signals::default();
    for number in 1..=1_000 {
        assert!(signals.push(restart(1, number), 1, number).is_ok());
        assert!(signals.push(restart(2, number), 1, number).is_ok());
    }
    for monitor in [1, 2] {
        let mut told = Vec::new();
        let mut last = 0;
        while let Some((number, down)) = signals.down_behind(last) {
            last = number;
            told.push(down);
        }
        assert_eq!(told.len(), 2 * MAX_QUEUED_RESTARTS, "before {monitor}");
    }
    assert!(signals.take_monitor(2) && !signals.take_monitor(2));
    let mut incarnations = Vec::new();
    let mut text = String::new();
    while let Some(Signal::Down { down, .. }) = signals.pop(1_000) {
        incarnations.push(down.incarnation());
        text = down.to_string();
    }
    let first: Vec<_> = (1..MAX_QUEUED_RESTARTS as u64).chain([1_000]).collect();
    assert_eq!(incarnations, first);
    assert_eq!(
        text,
        "0#fragile was restarted: it failed 1000 (and 984 restarts before that)"
    );
    // There is room again.
    assert!(signals.push(restart(1, 7), 1, 0).is_ok());
    assert!(signals.push(restart(1, 8), 1, 0).is_ok());
    assert_eq!(signals.close().len(), 2);
}

#[test]
fn what_is_for_a_generation_that_has_ended_is_refused() {
    let signals = Signals::default();
    assert!(signals.push(restart(1, 1), 1, 0).is_ok());
    signals.renew();
    assert!(signals.pop(0).is_none());
    assert!(signals.push(restart(1, 2), 1, 0).is_err(), "it is too late");
    let fails = |generation| Signal::Fail {
        generation,
        why: "it is linked".into(),
    };
    assert!(signals.push(fails(0), 1, 0).is_err());
    assert!(signals.push(fails(signals.generation()), 1, 0).is_ok());
}
