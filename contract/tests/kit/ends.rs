//! What fails a test when it ends.

use std::future::pending;

use ockam::{Context, Result};

use super::{Mood, Moody};

#[ockam::test]
#[should_panic(expected = "0#app: has stopped with messages that nobody handled: 1 × u64")]
async fn a_message_that_nobody_received(ctx: Context) -> Result<()> {
    ctx.send_message("app", 7_u64).await
}

#[ockam::test]
#[should_panic(expected = "0#moody: a message was not handled: in a bad mood")]
async fn a_handler_that_failed(ctx: Context) -> Result<()> {
    ctx.start_worker("moody", Moody)
        .await?
        .send(Mood::Fails)
        .await
}

#[ockam::test]
#[should_panic(expected = "0#moody: panicked: in a panic")]
async fn a_handler_that_panicked(ctx: Context) -> Result<()> {
    ctx.start_worker("moody", Moody)
        .await?
        .send(Mood::Panics)
        .await
}

#[ockam::test(paused)]
#[should_panic(expected = "0#moody: did not stop in time and is killed")]
async fn a_worker_that_did_not_stop(ctx: Context) -> Result<()> {
    ctx.start_worker("moody", Moody)
        .await?
        .send(Mood::Waits)
        .await
}

#[ockam::test]
#[should_panic(expected = "tasks that go on after the node has stopped: 1")]
async fn a_task_that_goes_on() {
    tokio::spawn(pending::<()>());
}

#[ockam::test]
#[should_panic(expected = "tasks that go on after the node has stopped: 1")]
async fn a_task_that_goes_on_and_on() {
    tokio::spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
}

#[ockam::test(worker_threads = 2)]
#[should_panic(expected = "tasks that go on after the node has stopped: 1")]
async fn a_task_that_goes_on_another_thread() {
    tokio::spawn(pending::<()>());
}

#[ockam::test(worker_threads = 2)]
#[should_panic(expected = "0#moody: panicked: in a panic")]
async fn a_panic_on_another_thread(ctx: Context) -> Result<()> {
    ctx.start_worker("moody", Moody)
        .await?
        .send(Mood::Panics)
        .await
}

#[ockam::test(paused)]
#[should_panic(expected = "the test did not end within 86400s")]
async fn a_test_that_waits_for_what_never_comes() {
    pending().await
}

#[ockam::test(timeout = 1)]
#[should_panic(expected = "the test did not end within 1s")]
async fn a_test_that_takes_too_long() {
    pending().await
}

#[ockam::test]
#[should_panic(expected = "its own words")]
async fn its_own_panic_goes_on_and_comes_first(ctx: Context) {
    ctx.send_message("app", 7_u64).await.expect("there is room");
    panic!("its own words");
}

#[ockam::test]
async fn a_failure_that_the_asker_was_told_of_is_none(ctx: Context) -> Result<()> {
    ctx.start_worker("moody", Moody).await?;
    for mood in [Mood::Fails, Mood::Panics] {
        let asked = ctx.ask::<u64>("moody", mood).await;
        assert!(asked.is_err());
    }
    Ok(())
}

#[ockam::test(paused, allow(failures, killed, tasks, unhandled))]
async fn what_the_test_means_to_happen_is_none(ctx: Context) -> Result<()> {
    let moody = ctx.start_worker("moody", Moody).await?;
    for mood in [Mood::Fails, Mood::Waits, Mood::Fails] {
        moody.send(mood).await?;
    }
    tokio::spawn(pending::<()>());
    ctx.idle().await
}
