//! Under seeds: whatever order things have, turns end before `shutdown`, and what a turn has sent arrives.

use ockam::{Context, Result};

use super::{Turn, noted, scripted};

#[ockam::test(seeds = 300, allow(unhandled))]
async fn a_stop_at_any_moment_lets_the_turn_in_hand_end(ctx: Context) -> Result<()> {
    let (processor, mut notes) = scripted(&[Turn::Next, Turn::Receive, Turn::Next]);
    let processor = ctx.start_processor("processor", processor).await?;
    let sender = ctx.sender();
    let sending = tokio::spawn(async move { sender.send_message("processor", 7_u64).await });
    processor.stop().await?;
    // It came in time, or it did not.
    let _ = sending.await;
    let all = noted(&mut notes);
    assert_eq!(all.first().map(String::as_str), Some("initialize"));
    assert_eq!(all.last().map(String::as_str), Some("shutdown"));
    let begun = all
        .iter()
        .filter(|it| it.starts_with("turn") && !it.ends_with("done"))
        .count();
    let done = all.iter().filter(|it| it.ends_with("done")).count();
    // A turn that waits in a `receive` is ended by the stop.
    assert!(done == begun || done + 1 == begun, "{all:?}");
    Ok(())
}
