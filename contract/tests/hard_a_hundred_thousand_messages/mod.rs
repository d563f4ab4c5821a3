//! A hundred thousand messages from eight tasks to an address whose worker is slow, stops, panics, is
//! killed, and is started again. Each message is handled, returned to its sender, or counted as a dead
//! letter. None is lost, and none is counted twice.

mod chance;
mod outcomes;
mod receiver;
mod run;

use receiver::Habits;
use run::Run;

#[test]
fn a_worker_that_is_slow() {
    let slow = Habits {
        slow: 4,
        ..Habits::default()
    };
    let counts = Run::new(slow).run();
    assert_eq!(counts.dead_letters, 0, "nothing has ended before its time");
}

#[test]
fn a_worker_that_panics() {
    let panics = Habits {
        panics: 400,
        ..Habits::default()
    };
    let counts = Run::new(panics).run();
    assert!(counts.dead_letters > 0, "what was queued when it panicked");
}

#[test]
fn a_worker_that_stops_itself() {
    let stops = Habits {
        stops: 200,
        ..Habits::default()
    };
    let counts = Run::new(stops).run();
    assert_eq!(counts.dead_letters, 0, "what was queued is handled");
    assert!(counts.given_back > 0);
}

#[test]
fn a_worker_that_is_stopped_and_started_again() {
    let run = Run {
        stopped: true,
        ..Run::new(Habits::default())
    };
    let counts = run.run();
    assert_eq!(counts.dead_letters, 0, "what was queued is handled");
    assert!(counts.given_back > 0);
}

#[test]
fn a_worker_that_is_killed_and_started_again() {
    let run = Run {
        killed: true,
        ..Run::new(Habits::default())
    };
    run.run();
}

#[test]
fn a_worker_to_which_everything_happens() {
    for seed in 1..=3 {
        Run::of_everything(seed).run();
    }
}

#[test]
fn a_worker_to_which_everything_happens_on_one_thread() {
    let run = Run {
        threads: 1,
        ..Run::of_everything(4)
    };
    run.run();
}

#[test]
fn a_node_that_stops_under_way() {
    for seed in 5..=7 {
        let run = Run {
            node_stops: true,
            ..Run::of_everything(seed)
        };
        run.run();
    }
}
