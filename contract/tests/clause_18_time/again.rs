use std::time::Duration;

use ockam::{Context, NodeBuilder, Result};
use ockam_contract::pace::soon;
use tokio::time::Instant;

use super::{Kept, SECOND, SLOW, timed};

#[tokio::test(start_paused = true)]
async fn ticks_come_at_their_times_until_they_are_cancelled() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let kept = Kept::default();
    let (worker, mut got) = timed({
        let kept = kept.clone();
        move |ctx: &Context| kept.keep(ctx.send_every(SECOND, ctx.address(), 7_u64))
    });
    ctx.start_worker("worker", worker).await?;
    for tick in 1..=100 {
        let (_, time) = soon(got.recv()).await.expect("the worker lives");
        assert_eq!(
            time.as_secs(),
            tick,
            "no tick is late because of those before"
        );
    }
    assert!(kept.cancel() && !kept.cancel());
    tokio::time::sleep(10 * SECOND).await;
    assert!(got.try_recv().is_err());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_slow_has_one_tick_in_its_mailbox_and_none_is_made_up_for() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut got) = timed(|ctx: &Context| {
        ctx.send_every(10 * SECOND, ctx.address(), 7_u64);
    });
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(SLOW + 45).await?;
    let mut times = Vec::new();
    for _ in 0..4 {
        times.push(
            soon(got.recv())
                .await
                .expect("the worker lives")
                .1
                .as_secs(),
        );
    }
    // The one at 10 s waits until 45 s. Those at 20, 30 and 40 s are left out.
    assert_eq!(times, [0, 45, 50, 60]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn every_interval_from_none_to_the_longest_works() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let never = ctx.send_every(Duration::MAX, "app", 1_u64);
    let often = ctx.send_every(Duration::ZERO, "app", 2_u64);
    for _ in 0..10 {
        assert_eq!(soon(ctx.receive::<u64>()).await?, 2);
    }
    assert!(often.cancel() && never.cancel());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_interval_of_none_counts_as_a_millisecond() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let begin = Instant::now();
    let often = ctx.send_every(Duration::ZERO, "app", 1_u64);
    for _ in 0..10 {
        soon(ctx.receive::<u64>()).await?;
    }
    assert_eq!(begin.elapsed(), Duration::from_millis(10));
    assert!(often.cancel());
    Ok(())
}
