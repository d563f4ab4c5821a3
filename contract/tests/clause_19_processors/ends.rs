use ockam::{Context, Down, DownReason, ErrorKind, NodeBuilder, Processor, Result};
use ockam_contract::pace::{at_rest, soon};

use super::{SECOND, Turn, noted, scripted};

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_the_turn_in_hand() -> Result<()> {
    let ctx = NodeBuilder::new().stop_timeout(10 * SECOND).start().await?;
    let (processor, mut notes) = scripted(&[Turn::Slow(9 * SECOND)]);
    let processor = ctx.start_processor("processor", processor).await?;
    at_rest().await;
    processor.stop().await?;
    assert_eq!(
        noted(&mut notes),
        ["initialize", "turn 1", "turn 1 is done", "shutdown"]
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_takes_longer_than_the_deadline_is_dropped() -> Result<()> {
    let ctx = NodeBuilder::new().stop_timeout(SECOND).start().await?;
    let (processor, mut notes) = scripted(&[Turn::Slow(9 * SECOND)]);
    let processor = ctx.start_processor("processor", processor).await?;
    at_rest().await;
    assert_eq!(
        processor.stop().await.unwrap_err().kind(),
        ErrorKind::TimedOut
    );
    assert_eq!(noted(&mut notes), ["initialize", "turn 1"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_turn_that_waits_in_a_receive() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (processor, mut notes) = scripted(&[Turn::Receive]);
    let processor = ctx.start_processor("processor", processor).await?;
    at_rest().await;
    let ended = processor.ended();
    processor.stop().await?;
    assert_eq!(*soon(ended).await.reason(), DownReason::Stopped);
    assert_eq!(noted(&mut notes), ["initialize", "turn 1", "shutdown"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_stops_itself() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (processor, mut notes) = scripted(&[Turn::StopItself, Turn::Next]);
    let processor = ctx.start_processor("processor", processor).await?;
    assert_eq!(*soon(processor.ended()).await.reason(), DownReason::Stopped);
    assert_eq!(
        noted(&mut notes),
        ["initialize", "turn 1", "turn 1 is done", "shutdown"]
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_kill_drops_the_turn_in_hand() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (processor, mut notes) = scripted(&[Turn::Slow(SECOND)]);
    let processor = ctx.start_processor("processor", processor).await?;
    at_rest().await;
    ctx.kill_worker("processor").await?;
    assert_eq!(*soon(processor.ended()).await.reason(), DownReason::Killed);
    assert_eq!(noted(&mut notes), ["initialize", "turn 1"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_error_and_a_panic_are_failures() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for turn in [Turn::Fail, Turn::Panic] {
        let (processor, mut notes) = scripted(&[turn]);
        let processor = ctx.start_processor("processor", processor).await?;
        let down = soon(processor.ended()).await;
        match (turn, down.reason()) {
            (Turn::Fail, DownReason::Failed(why)) | (Turn::Panic, DownReason::Panicked(why)) => {
                assert!(why.contains("on purpose"), "{why}");
            }
            (_, reason) => panic!("{reason:?}"),
        }
        assert_eq!(noted(&mut notes), ["initialize", "turn 1"]);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_stop_of_a_node_stops_it() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (processor, mut notes) = scripted(&[Turn::Slow(SECOND)]);
    ctx.start_processor("processor", processor).await?;
    at_rest().await;
    ctx.stop().await?;
    let report = ctx.stop_report().expect("it has stopped");
    assert!(report.killed().is_empty());
    assert_eq!(
        noted(&mut notes).last().map(String::as_str),
        Some("shutdown")
    );
    Ok(())
}

/// Monitors another worker, and receives what that tells.
struct Watcher;

impl Processor for Watcher {
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.monitor("watched").map(drop)
    }

    async fn process(&mut self, ctx: &mut Context) -> Result<bool> {
        let down = ctx.receive::<Down>().await?.into_body();
        ctx.send_message("app", down.reason().to_string()).await?;
        Ok(false)
    }
}

#[tokio::test(start_paused = true)]
async fn it_monitors_others_and_receives_what_they_tell() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let (watched, _notes) = scripted(&[Turn::Receive]);
    ctx.start_processor("watched", watched).await?;
    ctx.start_processor("watcher", Watcher).await?;
    at_rest().await;
    ctx.kill_worker("watched").await?;
    let told = soon(ctx.receive::<String>()).await?.into_body();
    assert_eq!(told, DownReason::Killed.to_string());
    Ok(())
}

/// Links itself with another worker, and takes turns.
struct Linked;

impl Processor for Linked {
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.link("other")
    }

    async fn process(&mut self, _ctx: &mut Context) -> Result<bool> {
        tokio::time::sleep(SECOND).await;
        Ok(true)
    }
}

#[tokio::test(start_paused = true)]
async fn it_fails_with_the_one_that_it_is_linked_with() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (other, _notes) = scripted(&[Turn::Slow(5 * SECOND), Turn::Panic]);
    ctx.start_processor("other", other).await?;
    let linked = ctx.start_processor("linked", Linked).await?;
    let down = soon(linked.ended()).await;
    assert!(down.reason().is_failure(), "{:?}", down.reason());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_later_message_that_is_not_delivered_is_a_dead_letter() -> Result<()> {
    struct Hopeful;

    impl Processor for Hopeful {
        type Context = Context;

        async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
            ctx.send_after(SECOND, "nobody", 7_u64);
            Ok(())
        }

        async fn process(&mut self, _ctx: &mut Context) -> Result<bool> {
            tokio::time::sleep(SECOND).await;
            Ok(true)
        }
    }

    let ctx = NodeBuilder::new().start().await?;
    ctx.start_processor("hopeful", Hopeful).await?;
    tokio::time::sleep(5 * SECOND).await;
    assert_eq!(ctx.dead_letters(), 1);
    Ok(())
}
