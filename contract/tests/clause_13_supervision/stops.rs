use std::time::Duration;

use ockam::{DownReason, ErrorKind, NodeBuilder, Restart, Result, Supervisor};
use ockam_contract::pace::{at_rest, soon};

use super::{PANIC, WAIT, noted, notes};

#[tokio::test(start_paused = true)]
async fn a_stop_or_a_kill_that_was_asked_for_restarts_nothing() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    for _ in 0..20 {
        let always = notes
            .fragile("fragile")
            .restart(Restart::always())
            .start(&ctx)
            .await?;
        soon(always.stop()).await?;
        let always = notes
            .fragile("fragile")
            .restart(Restart::always())
            .start(&ctx)
            .await?;
        always.send(WAIT).await?;
        at_rest().await;
        ctx.kill_worker("fragile").await?;
        assert_eq!(soon(always.ended()).await.reason(), &DownReason::Killed);
    }
    at_rest().await;
    assert_eq!(ctx.list_workers(), [""; 0]);
    let starts = noted(&mut got)
        .iter()
        .filter(|it| it.ends_with("starts"))
        .count();
    assert_eq!(starts, 40);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_the_delay_lets_what_is_queued_be_handled() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let late =
        Restart::on_failure().backoff(Duration::from_secs(3_600), Duration::from_secs(3_600));
    let fragile = notes.fragile("fragile").restart(late).start(&ctx).await?;
    fragile.send(PANIC).await?;
    fragile.send(PANIC).await?;
    fragile.send(3).await?;
    at_rest().await;
    let before = tokio::time::Instant::now();
    soon(fragile.stop()).await?;
    assert!(before.elapsed() < Duration::from_secs(1));
    let expected = [
        "fragile 1 starts",
        "fragile 2 starts",
        "fragile 3 starts",
        "fragile 3 3",
        "fragile 3 stops",
    ];
    assert_eq!(noted(&mut got), expected);
    assert_eq!(ctx.dead_letters(), 0);

    let fragile = notes
        .fragile("fragile")
        .restart(Restart::on_failure().backoff(Duration::MAX, Duration::MAX));
    let fragile = fragile.start(&ctx).await?;
    fragile.send(PANIC).await?;
    fragile.send(PANIC).await?;
    at_rest().await;
    soon(fragile.stop()).await?;
    assert_eq!(
        soon(fragile.ended()).await.reason(),
        &DownReason::Stopped,
        "nothing was queued"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_fails_while_it_stops_is_not_started_again() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let fragile = notes.fragile("fragile").start(&ctx).await?;
    fragile.send(WAIT).await?;
    let asked = {
        let fragile = fragile.clone();
        tokio::spawn(async move { fragile.ask::<u64>(PANIC).await })
    };
    at_rest().await;
    soon(fragile.stop()).await?;
    let failed = soon(asked).await.expect("an ask doesn't panic");
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Panicked);
    let reason = DownReason::Panicked("on purpose".to_string());
    assert_eq!(soon(fragile.ended()).await.reason(), &reason);
    assert_eq!(
        noted(&mut got)
            .iter()
            .filter(|it| it.ends_with("starts"))
            .count(),
        1
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_node_stops_workers_that_fail_again_and_again() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let forever = Restart::on_failure().at_most(u32::MAX, Duration::MAX);
    for name in ["one", "two"] {
        let fragile = notes
            .fragile(name)
            .restart(forever.clone())
            .start(&ctx)
            .await?;
        for _ in 0..10 {
            fragile.send(PANIC).await?;
        }
    }
    soon(ctx.stop()).await?;
    assert!(
        ctx.stop_report()
            .is_some_and(|report| report.killed().is_empty())
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn children_that_rest_because_of_another_one_have_not_given_up_when_all_stop() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let hour = Duration::from_secs(3_600);
    let late = Restart::on_failure().at_most(1, hour);
    let tree = Supervisor::one_for_all("tree")
        .restart(Restart::on_failure().backoff(hour, hour))
        .child(notes.fragile("healthy"))
        .child(notes.fragile("ill").restart(late));
    let tree = tree.start(&ctx).await?;
    let healthy = ctx.sender().ended("healthy");
    // The second failure is over its budget, and the supervisor is about to start both again.
    for _ in 0..4 {
        let _ = soon(ctx.ask_timeout::<u64>("ill", PANIC, Duration::from_secs(5))).await;
    }
    at_rest().await;
    soon(tree.stop()).await?;
    assert_eq!(soon(healthy).await.reason(), &DownReason::Stopped);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}
