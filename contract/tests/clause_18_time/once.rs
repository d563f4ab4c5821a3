use std::time::Duration;

use ockam::{Context, NodeBuilder, Result, WorkerBuilder};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, soon};
use tokio::time::Instant;

use super::{SECOND, timed};

#[tokio::test(start_paused = true)]
async fn a_later_message_is_sent_once_and_not_early() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    for after in [Duration::ZERO, Duration::from_nanos(1), 7 * SECOND] {
        let before = Instant::now();
        let timer = ctx.send_after(after, "app", 7_u64);
        assert_eq!(ctx.receive::<u64>().await?, 7);
        let late = before.elapsed() - after;
        assert!(late <= Duration::from_millis(2), "{late:?} late");
        assert!(!timer.cancel());
    }
    let more = ctx.receive_timeout::<u64>(100 * SECOND).await;
    assert!(more.is_err(), "it was sent once");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_longest_time_is_no_panic_and_can_be_cancelled() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let timer = ctx.send_after(Duration::MAX, "app", 7_u64);
    at_rest().await;
    assert!(timer.cancel() && !timer.cancel());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_goes_to_others_in_the_name_of_its_owner() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let (worker, _got) = timed(|ctx: &Context| {
        ctx.send_after(SECOND, "app", 7_u64);
    });
    ctx.start_worker("worker", worker).await?;
    let message = soon(ctx.receive::<u64>()).await?;
    assert_eq!(message.return_route().to_string(), "0#worker");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_that_is_due_at_a_full_mailbox_waits_and_keeps_its_turn() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let full = WorkerBuilder::new("full", worker).mailbox_capacity(1);
    let full = full.start(&ctx).await?;
    full.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    full.send(2).await?;
    ctx.send_after(SECOND, "full", 3_u64);
    let withheld = ctx.send_after(SECOND, "full", 4_u64);
    // Longer than a send would wait.
    tokio::time::sleep(3600 * SECOND).await;
    assert!(withheld.cancel(), "it waits for room");
    gate.open_for_good();
    while gate.next().await != Event::Done(3) {}
    soon(ctx.stop_worker("full")).await?;
    assert_eq!(gate.so_far(), [Event::Shutdown, Event::Dropped]);
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}
