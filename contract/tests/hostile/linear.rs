//! Reading and moving what a peer has sent takes time that is linear in its length.

use std::time::Duration;

use ockam::{Address, Result, Route, route};
use ockam_contract::meter::processor_time_of_this_thread;
use ockam_contract::raw::Raw;

use crate::besieged::Besieged;

/// How much larger the large size is.
const TIMES: usize = 8;

/// Compares the processor time of some work with that of eight times as much, which is about eight times
/// as long, and 64 times if the work is quadratic. At most three times for each doubling are accepted,
/// because what is larger is in slower memory. A busy machine makes work slower, never faster, so the
/// lowest of some rounds counts.
#[track_caller]
fn assert_linear(rounds: impl Iterator<Item = (Duration, Duration)>) {
    let (small, large): (Vec<_>, Vec<_>) = rounds.unzip();
    let lowest = |times: Vec<Duration>| times.into_iter().min().expect("there are rounds");
    let (small, large) = (lowest(small), lowest(large));
    assert!(large < 27 * small, "{small:?} and {large:?}");
}

/// What is measured takes at least so long: the system counts processor time in steps of up to 10 ms.
const MEASURABLE: Duration = Duration::from_millis(100);

/// Runs work of a size and of eight times the size on this thread, as often as it takes to be measured.
#[track_caller]
fn is_linear(size: usize, mut work: impl FnMut(usize)) {
    let mut time = |size, repeats| {
        let before = processor_time_of_this_thread();
        (0..repeats).for_each(|_| work(size));
        processor_time_of_this_thread() - before
    };
    let mut repeats = 1;
    while time(size, repeats) < MEASURABLE {
        repeats *= 2;
    }
    assert_linear((0..2).map(|_| (time(size, repeats), time(TIMES * size, repeats))));
}

/// Returns the BARE encoding of a route with addresses of one byte.
fn route_body(addresses: usize) -> Vec<u8> {
    let mut body = Vec::new();
    let mut number = addresses;
    while number >= 0x80 {
        body.push(number as u8 | 0x80);
        number >>= 7;
    }
    body.push(number as u8);
    for _ in 0..addresses {
        body.extend_from_slice(&[0, 1, b'a']);
    }
    body
}

fn long_route(hops: usize, end: &str) -> Route {
    let hops = (0..hops).map(|_| Address::from("hop"));
    hops.chain([Address::from(end)]).collect()
}

#[test]
fn a_text_is_parsed_as_a_route() {
    is_linear(2_000, |size| {
        let text = long_route(size, "end").to_string();
        assert_eq!(text.parse(), Ok(long_route(size, "end")));
        assert!((text + " => x#").parse::<Route>().is_err());
    });
}

#[test]
fn a_route_is_built_and_taken_apart_at_both_ends() {
    is_linear(10_000, |size| {
        let mut route = Route::new();
        for _ in 0..size {
            route.push_front("hop");
            route.push_back("hop");
        }
        assert_eq!(route.len(), 2 * size);
        while route.pop_front().is_some() {}
    });
}

#[tokio::test]
async fn a_peer_sends_a_route_as_the_body_of_a_message() -> Result<()> {
    const ADDRESSES: usize = 20_000;
    // The processor time of another process is counted in steps of 10 ms.
    const SENDS: usize = 20;
    let node = Besieged::serving();
    let mut raw = Raw::ours(&node.address).await;
    let bodies = [route_body(ADDRESSES), route_body(TIMES * ADDRESSES)];
    let mut rounds = Vec::new();
    for _ in 0..2 {
        let mut times = [Duration::ZERO; 2];
        for (time, body) in times.iter_mut().zip(&bodies) {
            let before = node.usage().processor;
            for _ in 0..SENDS {
                raw.tell(route!["routes"], route!["raw"], body).await;
                raw.next().await.expect("the node answers");
            }
            *time = node.usage().processor - before;
        }
        rounds.push(times.into());
    }
    assert_linear(rounds.into_iter());
    node.stop();
    Ok(())
}
