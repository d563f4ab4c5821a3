use std::time::Duration;

use ockam::{Context, NodeBuilder, Result, Supervisor};
use ockam_contract::pace::{at_rest, soon};

use super::{Notes, PANIC, WAIT, noted, notes};

fn with_three(supervisor: Supervisor, notes: &Notes) -> Supervisor {
    let children = ["a", "b", "c"].map(|name| notes.fragile(name));
    children.into_iter().fold(supervisor, Supervisor::child)
}

/// Lets `b` fail, and returns what was noted from then on until all of them answer.
async fn after_a_failure(ctx: &Context, supervisor: Supervisor) -> Result<Vec<String>> {
    let (notes, mut got) = notes();
    let handle = with_three(supervisor, &notes).start(ctx).await?;
    assert_eq!(noted(&mut got), ["a 1 starts", "b 1 starts", "c 1 starts"]);
    assert!(ctx.ask::<u64>("b", PANIC).await.is_err());
    // Whoever has heard of the failure reaches no old one.
    for name in ["a", "b", "c"] {
        assert_eq!(soon(ctx.ask::<u64>(name, 1_u64)).await?, 1);
    }
    let restarted = noted(&mut got);
    soon(handle.stop()).await?;
    let stops = noted(&mut got);
    let order: Vec<_> = stops.iter().map(|it| &it[..1]).collect();
    assert_eq!(order, ["c", "b", "a"], "stopped in reverse order");
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(restarted)
}

#[tokio::test(start_paused = true)]
async fn each_strategy_starts_again_what_belongs_together() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let one = after_a_failure(&ctx, Supervisor::one_for_one("tree")).await?;
    assert_eq!(one, ["b 2 starts"]);
    let rest = after_a_failure(&ctx, Supervisor::rest_for_one("tree")).await?;
    assert_eq!(rest, ["c 1 stops", "b 2 starts", "c 2 starts"]);
    let all = after_a_failure(&ctx, Supervisor::one_for_all("tree")).await?;
    let (stops, starts) = all.split_at(2);
    assert!(stops.iter().all(|it| it.ends_with("stops")), "{all:?}");
    assert_eq!(starts, ["a 2 starts", "b 2 starts", "c 2 starts"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn siblings_finish_the_message_in_hand_and_keep_their_queues() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    with_three(Supervisor::one_for_all("tree"), &notes)
        .start(&ctx)
        .await?;
    noted(&mut got);
    let busy = {
        let sender = ctx.sender();
        tokio::spawn(async move { sender.ask::<u64>("c", WAIT).await })
    };
    at_rest().await;
    for number in 1..=3_u64 {
        ctx.send_message("c", number).await?;
    }
    assert!(ctx.ask::<u64>("a", PANIC).await.is_err());
    // The others don't wait for it for longer than a second.
    let before = tokio::time::Instant::now();
    assert_eq!(soon(ctx.ask::<u64>("a", 5_u64)).await?, 5);
    assert!(before.elapsed() < Duration::from_secs(2));
    assert_eq!(
        soon(busy).await.expect("an ask doesn't panic")?,
        0,
        "it was finished"
    );
    assert_eq!(
        soon(ctx.ask::<u64>("c", 4_u64)).await?,
        1 + 2 + 3 + 4,
        "by the new one, in order"
    );
    let noted = noted(&mut got);
    assert!(noted.contains(&"c 1 stops".to_owned()), "{noted:?}");
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_again_while_the_others_are_started_is_started_again() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    with_three(Supervisor::one_for_all("tree"), &notes)
        .start(&ctx)
        .await?;
    noted(&mut got);
    notes
        .fail_to_start
        .store(2, std::sync::atomic::Ordering::Relaxed);
    assert!(ctx.ask::<u64>("b", PANIC).await.is_err());
    for name in ["a", "b", "c"] {
        assert_eq!(soon(ctx.ask::<u64>(name, 1_u64)).await?, 1, "{name}");
    }
    let starts = noted(&mut got);
    let last: Vec<_> = starts
        .iter()
        .rev()
        .take(3)
        .rev()
        .map(|it| &it[..1])
        .collect();
    assert_eq!(last, ["a", "b", "c"], "{starts:?}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn children_that_are_added_later_belong_to_it() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let tree = with_three(Supervisor::rest_for_one("tree"), &notes)
        .start(&ctx)
        .await?;
    let later = tree.start_child(&ctx, notes.fragile("d")).await?;
    noted(&mut got);
    assert!(ctx.ask::<u64>("c", PANIC).await.is_err());
    assert_eq!(soon(later.ask::<u64>(1)).await?, 1);
    assert_eq!(noted(&mut got), ["d 1 stops", "c 2 starts", "d 2 starts"]);
    soon(tree.stop()).await?;
    assert_eq!(
        noted(&mut got),
        ["d 2 stops", "c 2 stops", "b 1 stops", "a 1 stops"]
    );
    let late = tree
        .start_child(&ctx, notes.fragile("e"))
        .await
        .unwrap_err();
    assert_eq!(late.kind(), ockam::ErrorKind::Stopped);
    Ok(())
}
