//! A run under a seed costs at most three times the processor time of the same test without one.

#![cfg(target_os = "linux")]

use std::fs;

use ockam::__private::{Ended, Outcome, TestRun};
use ockam::{Context, NodeBuilder, Result, Worker, async_worker};

/// Passes a number on until it is 0.
struct Runner(&'static str);

#[async_worker]
impl Worker for Runner {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, left: u64) -> Result<()> {
        match left {
            0 => Ok(()),
            left => ctx.send_message(self.0, left - 1).await,
        }
    }
}

async fn test(ctx: Context) -> Ended {
    Outcome::of(relay(ctx)).await.ended()
}

async fn relay(ctx: Context) -> Result<()> {
    ctx.start_worker("left", Runner("right")).await?;
    ctx.start_worker("right", Runner("left")).await?;
    for _ in 0..4 {
        ctx.send_message("left", 100_u64).await?;
    }
    ctx.idle().await
}

/// Returns the processor time of this thread, in nanoseconds.
fn processor_time() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux has it");
    let first = stat
        .split_whitespace()
        .next()
        .expect("it has three numbers");
    first.parse().expect("it is a number")
}

fn cost(run: impl Fn()) -> u64 {
    let begin = processor_time();
    run();
    processor_time() - begin
}

#[test]
fn a_run_under_a_seed_costs_at_most_three_times_as_much() {
    const RUNS: u64 = 20;
    let node = || TestRun::new("a relay", NodeBuilder::new().current_thread());
    let mut ratios: Vec<f64> = (0..9)
        .map(|round| {
            let plain = cost(|| (0..RUNS).for_each(|_| node().run(test)));
            let seeds = round * RUNS..(round + 1) * RUNS;
            let seeded =
                cost(|| assert_eq!(node().seeds(1).find_quietly(seeds.clone(), test), None));
            seeded as f64 / plain as f64
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!("processor time under a seed: {ratios:.2?} times that without");
    assert!(ratios[ratios.len() / 2] <= 3.0, "{ratios:.2?}");
}
