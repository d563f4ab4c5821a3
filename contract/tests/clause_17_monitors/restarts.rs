use std::time::Duration;

use ockam::{
    Context, Down, DownReason, Factory, NodeBuilder, Restart, Result, Worker, WorkerBuilder,
};
use ockam_contract::pace::{at_rest, soon};

/// Panics with each message.
struct Fragile;

impl Worker for Fragile {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: u64) -> Result<()> {
        panic!("{msg}")
    }
}

fn fragile() -> WorkerBuilder<Fragile, Factory> {
    let forever = Restart::on_failure().at_most(u32::MAX, Duration::MAX);
    WorkerBuilder::from_fn("fragile", || Fragile)
        .restart(forever.backoff(Duration::ZERO, Duration::ZERO))
}

fn restarted(by: u64) -> DownReason {
    DownReason::Restarted(format!("panicked: {by}"))
}

#[tokio::test(start_paused = true)]
async fn a_selective_receive_takes_the_one_that_it_wants_and_leaves_the_others() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let fragile = fragile().start(&ctx).await?;
    ctx.monitor("fragile")?.with_restarts();
    for number in 1..=3 {
        fragile.send(number).await?;
    }
    at_rest().await;
    ctx.kill_worker("fragile").await?;
    for wanted in [restarted(2), DownReason::Killed] {
        let matches = |down: &Down| down.reason() == &wanted;
        let down = soon(ctx.receive_matching::<Down>(matches)).await?;
        assert_eq!(down.reason(), &wanted);
    }
    for left in [restarted(1), restarted(3)] {
        assert_eq!(soon(ctx.receive::<Down>()).await?.reason(), &left);
    }
    let more = ctx.receive_timeout::<Down>(Duration::ZERO).await;
    assert!(more.is_err(), "{more:?}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn restarts_that_nobody_takes_are_bounded_and_the_end_is_told() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let fragile = fragile().start(&ctx).await?;
    ctx.monitor("fragile")?.with_restarts();
    for number in 1..=1_000 {
        fragile.send(number).await?;
    }
    at_rest().await;
    soon(fragile.stop()).await?;
    for number in 1..=15 {
        let down = soon(ctx.receive::<Down>()).await?;
        assert_eq!(down.reason(), &restarted(number));
    }
    let down = soon(ctx.receive::<Down>()).await?;
    assert_eq!(
        down.to_string(),
        "0#fragile was restarted: panicked: 1000 (and 984 restarts before that)"
    );
    let down = soon(ctx.receive::<Down>()).await?;
    assert_eq!(down.reason(), &DownReason::Stopped);
    let more = ctx.receive_timeout::<Down>(Duration::ZERO).await;
    assert!(more.is_err(), "{more:?}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn cancelling_takes_back_all_that_waits() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let fragile = fragile().start(&ctx).await?;
    let monitor = ctx.monitor("fragile")?.with_restarts();
    let other = ctx.monitor("fragile")?.with_restarts();
    for number in 1..=3 {
        fragile.send(number).await?;
    }
    at_rest().await;
    assert!(monitor.cancel() && !monitor.cancel());
    for number in 1..=3 {
        let down = soon(ctx.receive::<Down>()).await?;
        assert_eq!(down.reason(), &restarted(number), "the other one tells");
    }
    assert!(other.cancel(), "it has not told of the end");
    let more = ctx.receive_timeout::<Down>(Duration::ZERO).await;
    assert!(more.is_err(), "{more:?}");
    Ok(())
}
