use ockam::{ErrorKind, NodeBuilder, ProcessorBuilder, Result};
use ockam_contract::pace::{at_rest, soon};

use super::{SECOND, Turn, noted, scripted};

#[tokio::test(start_paused = true)]
async fn turns_go_on_until_one_of_them_ends_it_well() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (processor, mut notes) = scripted(&[Turn::Next, Turn::Slow(SECOND), Turn::End]);
    let processor = ctx.start_processor("processor", processor).await?;
    let down = soon(processor.ended()).await;
    assert_eq!(*down.reason(), ockam::DownReason::Stopped);
    assert_eq!(
        noted(&mut notes),
        [
            "initialize",
            "turn 1",
            "turn 1 is done",
            "turn 2",
            "turn 2 is done",
            "turn 3",
            "shutdown",
        ]
    );
    assert!(ctx.list_workers().is_empty());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_turn_receives_messages_of_any_type() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (processor, mut notes) = scripted(&[Turn::Receive]);
    let builder = ProcessorBuilder::new(["processor", "other"], processor).mailbox_capacity(2);
    builder.start(&ctx).await?;
    ctx.send_message("other", 7_u64).await?;
    ctx.send_message("processor", "text".to_owned()).await?;
    at_rest().await;
    let all = noted(&mut notes);
    assert_eq!(
        all,
        ["initialize", "turn 1", "got 7", "turn 1 is done", "turn 2"]
    );
    ctx.try_send("processor", "more text".to_owned())?;
    let full = ctx.try_send("processor", 8_u64).unwrap_err();
    assert_eq!(full.kind(), ErrorKind::MailboxFull);
    ctx.stop_worker("processor").await?;
    assert_eq!(ctx.dead_letters(), 2, "nobody has received the text");
    Ok(())
}

#[test]
fn turns_that_never_wait_leave_the_thread_to_others() -> Result<()> {
    let (ctx, mut executor) = NodeBuilder::new().current_thread().build()?;
    executor.execute(async move {
        let (endless, _notes) = scripted(&[Turn::Next]);
        ctx.start_processor("endless", endless).await?;
        let (other, mut notes) = scripted(&[Turn::Receive, Turn::End]);
        let other = ctx.start_processor("other", other).await?;
        ctx.send_message("other", 7_u64).await?;
        soon(other.ended()).await;
        assert!(noted(&mut notes).contains(&"got 7".to_owned()));
        ctx.stop().await?;
        let report = ctx.stop_report().expect("it has stopped");
        assert!(report.killed().is_empty());
        Ok(())
    })
}

#[tokio::test(start_paused = true)]
async fn an_address_that_is_taken_is_refused() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (processor, _notes) = scripted(&[Turn::Receive]);
    ctx.start_processor("processor", processor).await?;
    let (processor, _notes) = scripted(&[Turn::Receive]);
    let refused = ctx.start_processor("processor", processor).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::AddressTaken);
    Ok(())
}
