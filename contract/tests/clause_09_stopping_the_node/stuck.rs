//! A worker that is stuck does not use up the time of the others.

use std::time::Duration;

use ockam::{Address, NodeBuilder, Result};
use ockam_contract::gated::gated;
use tokio::time::Instant;

/// Handles its messages slowly.
struct Slow;

impl ockam::Worker for Slow {
    type Message = u64;
    type Context = ockam::Context;

    async fn handle_message(&mut self, _ctx: &mut ockam::Context, _msg: u64) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(400)).await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_stuck_is_named_and_the_others_handle_what_they_have() -> Result<()> {
    let node = NodeBuilder::new().stop_timeout(Duration::from_secs(10));
    let ctx = node.start().await?;
    // Together they need 20 s, each by itself 4 s.
    for number in 0..5 {
        let slow = ctx.start_worker(format!("slow {number}"), Slow).await?;
        for message in 0..10 {
            slow.send(message).await?;
        }
    }
    let (stuck, _gate) = gated();
    let stuck = ctx.start_worker("stuck", stuck).await?;
    stuck.send(1).await?;
    stuck.send(2).await?;

    let before = Instant::now();
    ctx.stop().await?;
    assert_eq!(before.elapsed().as_secs(), 10);
    let report = ctx.stop_report().expect("the node has stopped");
    assert_eq!(report.stuck(), [Address::from("stuck")]);
    assert_eq!(report.killed(), [Address::from("stuck")]);
    assert_eq!(report.dead_letters(), 1, "what the stuck one had queued");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn without_one_they_stop_one_after_another() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for number in 0..5 {
        let slow = ctx.start_worker(format!("slow {number}"), Slow).await?;
        slow.send(number).await?;
    }
    let before = Instant::now();
    ctx.stop().await?;
    assert!(before.elapsed() < Duration::from_secs(3));
    let report = ctx.stop_report().expect("the node has stopped");
    assert!(report.stuck().is_empty() && report.killed().is_empty());
    assert_eq!(report.dead_letters(), 0);
    Ok(())
}
