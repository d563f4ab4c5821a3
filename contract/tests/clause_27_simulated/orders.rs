//! What the orders of seeds may not break.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ockam::test::Probe;
use ockam::{Context, Result, Worker, async_worker};
use tokio::time::{Instant, sleep};

struct Doubler;

#[async_worker]
impl Worker for Doubler {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        ctx.send_message("probe", 2 * number).await
    }
}

#[ockam::test(seeds = 200)]
async fn one_sender_is_heard_in_its_order(ctx: Context) -> Result<()> {
    let mut probe = Probe::<u64>::at(&ctx, "probe")?;
    let doubler = ctx.start_worker("doubler", Doubler).await?;
    for number in 0..20 {
        doubler.send(number).await?;
    }
    for number in 0..20 {
        probe.expect(2 * number).await;
    }
    probe.expect_no_message().await;
    Ok(())
}

#[ockam::test(seeds = 50)]
async fn idle_comes_when_all_is_done_and_before_time_moves_on(ctx: Context) -> Result<()> {
    let mut probe = Probe::<u64>::at(&ctx, "probe")?;
    let doubler = ctx.start_worker("doubler", Doubler).await?;
    let begin = Instant::now();
    let later = tokio::spawn(sleep(Duration::from_secs(1)));
    doubler.send(7).await?;
    ctx.idle().await?;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    probe.expect(14).await;
    later.await.expect("it does not panic");
    assert!(begin.elapsed() >= Duration::from_secs(1));
    Ok(())
}

#[ockam::test(seeds = 50)]
async fn a_node_within_the_test_is_simulated_as_well(ctx: Context) -> Result<()> {
    let other = ockam::NodeBuilder::new().start().await?;
    let mut probe = Probe::<u64>::at(&other, "probe")?;
    other.start_worker("doubler", Doubler).await?;
    other.send_message("doubler", 7_u64).await?;
    probe.expect(14).await;
    drop((probe, ctx));
    other.stop().await
}

/// Notes that it has handled a message.
struct Noting(Arc<AtomicBool>);

#[async_worker]
impl Worker for Noting {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        self.0.store(true, Ordering::Relaxed);
        Ok(())
    }
}

#[ockam::test(seeds = 100)]
async fn a_loop_that_yields_lets_others_run(ctx: Context) -> Result<()> {
    let is_noted = Arc::new(AtomicBool::new(false));
    let worker = Noting(is_noted.clone());
    ctx.start_worker("noting", worker).await?;
    ctx.send_message("noting", 7_u64).await?;
    while !is_noted.load(Ordering::Relaxed) {
        tokio::task::yield_now().await;
    }
    Ok(())
}
