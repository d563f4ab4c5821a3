//! Many rounds of random senders and a random receiver, with real threads and atomics.
//!
//! `STRESS_SECONDS` says for how long, `STRESS_SEED` which round comes first.

#[allow(dead_code, unused_imports)] // The node has a use for each of them.
#[path = "../../../ockam_node/src/mailbox/mod.rs"]
mod mailbox;
#[allow(dead_code, unreachable_pub)] // The transports reach it.
#[path = "../../../ockam_node/src/send_error.rs"]
mod send_error;
mod sync;

mod dice;
mod gauge;
mod receiver;
mod round;
mod sender;
mod wait;

use std::env;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use round::Round;

/// A round takes milliseconds. One that takes so long has lost a wake-up.
const HANGS: Duration = Duration::from_secs(20);

#[test]
fn nothing_is_lost_late_too_much_or_out_of_order() {
    let number = |name| env::var(name).ok().and_then(|text| text.parse().ok());
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let first = number("STRESS_SEED").unwrap_or(since_epoch.as_millis() as u64);
    let end = Instant::now() + Duration::from_secs(number("STRESS_SECONDS").unwrap_or(5));

    let (done, rounds) = mpsc::channel();
    let running = thread::spawn(move || {
        for seed in first.. {
            let received = Round::new(seed).run();
            if done.send((seed, received)).is_err() {
                break;
            }
        }
    });
    let (mut next, mut messages) = (first, 0);
    while Instant::now() < end {
        match rounds.recv_timeout(HANGS) {
            Ok((seed, received)) => (next, messages) = (seed + 1, messages + received),
            Err(_) => panic!("the round with STRESS_SEED={next} fails, or hangs"),
        }
    }
    drop(rounds);
    running.join().expect("no round fails");
    println!(
        "STRESS_SEED={first}: {} rounds, {messages} messages",
        next - first
    );
}
