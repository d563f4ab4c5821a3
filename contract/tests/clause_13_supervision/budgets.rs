use std::time::Duration;

use ockam::{DownReason, NodeBuilder, Restart, Result};
use ockam_contract::pace::soon;
use tokio::time::Instant;

use super::{PANIC, notes};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn one_failure_too_many_within_a_sliding_window_is_given_up() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let restart = Restart::on_failure().at_most(3, 10 * SECOND);
    let fragile = notes
        .fragile("fragile")
        .restart(restart)
        .start(&ctx)
        .await?;
    // A window that began anew with each failure would end this at once.
    for _ in 0..10 {
        assert!(fragile.ask::<u64>(PANIC).await.is_err());
        assert_eq!(soon(fragile.ask::<u64>(1)).await?, 1);
        tokio::time::sleep(4 * SECOND).await;
    }
    assert_eq!(ctx.inspect_worker("fragile")?.restarts, 10);
    tokio::time::sleep(10 * SECOND).await;
    for _ in 0..4 {
        assert!(soon(fragile.ask::<u64>(PANIC)).await.is_err());
    }
    let reason = DownReason::GaveUp("panicked: on purpose".to_string());
    assert_eq!(soon(fragile.ended()).await.reason(), &reason);
    assert!(reason.is_failure());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_first_restart_is_at_once_and_then_the_delay_doubles() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let restart = Restart::on_failure()
        .at_most(100, 1_000 * SECOND)
        .backoff(SECOND, 4 * SECOND);
    let fragile = notes
        .fragile("fragile")
        .restart(restart)
        .start(&ctx)
        .await?;
    let mut delays = Vec::new();
    for _ in 0..5 {
        assert!(fragile.ask::<u64>(PANIC).await.is_err());
        let before = Instant::now();
        soon(fragile.ask::<u64>(1)).await?;
        delays.push(before.elapsed());
    }
    let expected = [0, 1, 2, 4, 4].map(|longest| longest * SECOND);
    for (delay, longest) in delays.iter().zip(expected) {
        let rounded = Duration::from_millis(2);
        let shortest = longest - longest / 4;
        assert!((shortest..=longest + rounded).contains(delay), "{delays:?}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn every_setting_from_none_to_the_longest_works() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let none = Restart::on_failure().at_most(0, Duration::ZERO);
    let fragile = notes.fragile("none").restart(none).start(&ctx).await?;
    fragile.send(PANIC).await?;
    let reason = DownReason::GaveUp("panicked: on purpose".to_string());
    assert_eq!(soon(fragile.ended()).await.reason(), &reason);

    let any = Restart::on_failure().at_most(u32::MAX, Duration::MAX);
    let any = any.backoff(Duration::ZERO, Duration::ZERO);
    let fragile = notes.fragile("any").restart(any).start(&ctx).await?;
    for _ in 0..100 {
        assert!(fragile.ask::<u64>(PANIC).await.is_err());
    }
    assert_eq!(ctx.inspect_worker("any")?.restarts, 100);

    let late = Restart::on_failure().backoff(Duration::MAX, Duration::MAX);
    let fragile = notes.fragile("late").restart(late).start(&ctx).await?;
    fragile.send(PANIC).await?;
    assert!(fragile.ask::<u64>(PANIC).await.is_err());
    soon(fragile.stop()).await?;
    Ok(())
}
