//! The attackers: each kind of attack, again and again, side by side.

mod floods;
mod nonsense;
mod wire;

use std::future::Future;
use std::panic;
use std::time::Duration;

use ockam::Result;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// How many of each kind attack at the same time.
const EACH: usize = 3;

/// Attacks until the time is over. What attacks goes nowhere but to the two addresses.
pub(crate) fn run(server: &str, middle: &str, time: Duration) -> Result<()> {
    // An attacker whose connection is closed panics, and begins again.
    panic::set_hook(Box::new(|_| {}));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(all(server, middle, Instant::now() + time));
    runtime.shutdown_background();
    Ok(())
}

async fn all(server: &str, middle: &str, end: Instant) {
    let mut attackers = JoinSet::new();
    for _ in 0..EACH {
        let to = || server.to_owned();
        attackers.spawn(again(end, to(), nonsense::bytes));
        attackers.spawn(again(end, to(), nonsense::unfinished));
        attackers.spawn(again(end, to(), nonsense::churn));
        attackers.spawn(again(
            end,
            to(),
            floods::questions_whose_answers_nobody_reads,
        ));
        attackers.spawn(again(end, to(), floods::questions_whose_answers_trickle));
        attackers.spawn(again(end, to(), floods::new_addresses));
        attackers.spawn(again(end, to(), floods::heavy_messages_to_slow_workers));
        attackers.spawn(again(end, to(), floods::what_fails));
        attackers.spawn(again(end, to(), wire::long_routes_and_deep_trees));
        attackers.spawn(again(end, to(), wire::forged_reports));
        let middle = middle.to_owned();
        attackers.spawn(again(
            end,
            middle.clone(),
            floods::questions_through_a_middle,
        ));
        attackers.spawn(again(end, middle, floods::handshakes_through_a_middle));
    }
    attackers.join_all().await;
}

/// Attacks again and again. One attack ends when its connection is closed, or by itself.
async fn again<F: Future<Output = ()> + Send + 'static>(
    end: Instant,
    address: String,
    attack: fn(String) -> F,
) {
    while Instant::now() < end {
        // An attack that doesn't get on is given up at the end.
        let attacked = timeout_at(end, tokio::spawn(attack(address.clone()))).await;
        if attacked.is_ok_and(|attacked| attacked.is_err()) {
            tokio::task::yield_now().await;
        }
    }
}
