//! What a seed that fails is told with.

use std::cell::Cell;
use std::future::pending;

use ockam::{Context, Error, ErrorKind, Result};

use crate::races;

#[ockam::test(seeds = 1000)]
#[should_panic(expected = "cargo test a_race_is_found")]
async fn a_race_is_found(ctx: Context) -> Result<()> {
    races::look_then_take(ctx).await
}

#[ockam::test(seeds = 10)]
#[should_panic(expected = "seed 0: the test failed: not today")]
async fn an_error_fails_a_seed() -> Result<()> {
    Err(Error::new(ErrorKind::Other, "not today"))
}

#[ockam::test(seeds = 10)]
#[should_panic(expected = "seed 0: the test did not end within 86400s")]
async fn a_test_that_waits_for_what_never_comes_fails_at_once() {
    pending().await
}

#[ockam::test(seeds = 10)]
#[should_panic(expected = "messages that nobody handled: 1 × u64")]
async fn what_nobody_was_told_of_fails_a_seed(ctx: Context) -> Result<()> {
    ctx.send_message("app", 7_u64).await
}

#[ockam::test(seeds = 10)]
#[should_panic(expected = "tasks that go on after the node has stopped: 1")]
async fn a_task_that_is_left_fails_a_seed() {
    tokio::spawn(pending::<()>());
}

#[ockam::test(seeds = 10, allow(tasks, unhandled))]
async fn what_is_allowed_does_not(ctx: Context) -> Result<()> {
    tokio::spawn(pending::<()>());
    ctx.send_message("app", 7_u64).await
}

thread_local! {
    static RUNS: Cell<u64> = const { Cell::new(0) };
}

/// The number of runs is a state that no seed decides.
#[ockam::test(seeds = 10)]
#[should_panic(expected = "seed 0 doesn't repeat: event ")]
async fn what_escapes_the_seed_is_reported_with_the_first_difference(ctx: Context) -> Result<()> {
    RUNS.set(RUNS.get() + 1);
    drop(ctx.open(format!("inbox {}", RUNS.get()))?);
    Err(Error::new(ErrorKind::Other, "on purpose"))
}

#[ockam::test(seeds = 1)]
#[should_panic(expected = "the run goes on without end: 10000")]
async fn a_run_without_end_is_given_up(ctx: Context) -> Result<()> {
    ctx.start_worker("left", Ball("right")).await?;
    ctx.start_worker("right", Ball("left")).await?;
    ctx.send_message("left", ()).await?;
    pending().await
}

/// Goes to another one, for ever.
struct Ball(&'static str);

impl ockam::Worker for Ball {
    type Message = ();
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        ctx.send_message(self.0, ()).await
    }
}
