use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ockam::{
    Context, DownReason, Factory, NodeBuilder, ProcessorBuilder, Restart, Result, Supervisor,
};
use ockam_contract::pace::soon;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{SECOND, Scripted, Turn, noted, scripted};

/// Makes processors whose first incarnation follows one script, and all others another one.
fn made(
    first: &'static [Turn],
    others: &'static [Turn],
) -> (
    ProcessorBuilder<Scripted, Factory>,
    UnboundedReceiver<String>,
    Arc<AtomicUsize>,
) {
    let (scripted, notes) = scripted(first);
    let notes_of = scripted.notes.clone();
    let count = Arc::<AtomicUsize>::default();
    let made = count.clone();
    let builder = ProcessorBuilder::from_fn("processor", move || Scripted {
        script: match made.fetch_add(1, Ordering::SeqCst) {
            0 => first.to_vec(),
            _ => others.to_vec(),
        },
        turns: 0,
        notes: notes_of.clone(),
    });
    (builder, notes, count)
}

fn restarts(ctx: &Context) -> Result<u64> {
    Ok(ctx.inspect_worker("processor")?.restarts)
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_is_started_again() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for first in [&[Turn::Fail], &[Turn::Panic]] {
        let (builder, mut notes, _) = made(first, &[Turn::Receive]);
        let processor = builder.start(&ctx).await?;
        tokio::time::sleep(SECOND).await;
        assert_eq!(restarts(&ctx)?, 1);
        assert_eq!(
            noted(&mut notes),
            ["initialize", "turn 1", "initialize", "turn 1"]
        );
        ctx.send_message("processor", 7_u64).await?;
        tokio::time::sleep(SECOND).await;
        assert!(noted(&mut notes).contains(&"got 7".to_owned()));
        processor.stop().await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn messages_wait_for_the_next_incarnation() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let first = &[Turn::Slow(SECOND), Turn::Fail];
    let (builder, mut notes, _) = made(first, &[Turn::Receive]);
    builder.start(&ctx).await?;
    ctx.send_message("processor", 7_u64).await?;
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(restarts(&ctx)?, 1);
    assert!(noted(&mut notes).contains(&"got 7".to_owned()));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_too_often_gives_up() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (builder, _notes, count) = made(&[Turn::Fail], &[Turn::Fail]);
    let processor = builder.start(&ctx).await?;
    let down = soon(processor.ended()).await;
    assert!(matches!(down.reason(), DownReason::GaveUp(_)));
    assert_eq!(count.load(Ordering::SeqCst), 6);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_that_ends_well_is_started_again_only_if_it_always_is() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (builder, mut notes, count) = made(&[Turn::End], &[Turn::Receive]);
    let processor = builder.start(&ctx).await?;
    assert_eq!(*soon(processor.ended()).await.reason(), DownReason::Stopped);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert_eq!(noted(&mut notes), ["initialize", "turn 1", "shutdown"]);
    let (builder, mut notes, count) = made(&[Turn::End], &[Turn::Receive]);
    let processor = builder.restart(Restart::always()).start(&ctx).await?;
    tokio::time::sleep(SECOND).await;
    assert_eq!(count.load(Ordering::SeqCst), 2);
    assert_eq!(
        noted(&mut notes),
        ["initialize", "turn 1", "shutdown", "initialize", "turn 1"]
    );
    processor.stop().await?;
    assert_eq!(
        count.load(Ordering::SeqCst),
        2,
        "a stop starts nothing again"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_starts_it_again_with_its_siblings() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (processor, mut notes, count) = made(&[Turn::Slow(SECOND)], &[Turn::Slow(SECOND)]);
    let (sender, failing) = tokio::sync::mpsc::unbounded_channel();
    let sibling = ProcessorBuilder::from_fn("sibling", move || Scripted {
        script: vec![Turn::Receive, Turn::Panic],
        turns: 0,
        notes: sender.clone(),
    });
    let supervisor = Supervisor::one_for_all("supervisor")
        .child(processor)
        .child(sibling);
    let supervisor = supervisor.start(&ctx).await?;
    ctx.send_message("sibling", 7_u64).await?;
    tokio::time::sleep(3 * SECOND).await;
    assert_eq!(count.load(Ordering::SeqCst), 2);
    let all = noted(&mut notes);
    // It has finished the turn in hand, and shut down.
    let first = [
        "initialize",
        "turn 1",
        "turn 1 is done",
        "shutdown",
        "initialize",
    ];
    assert_eq!(all[..5], first);
    supervisor.stop().await?;
    assert!(ctx.list_workers().is_empty());
    drop(failing);
    Ok(())
}
