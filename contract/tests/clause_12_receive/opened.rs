//! Opened mailboxes.

use ockam::{Context, ErrorKind, NodeBuilder, Result};
use ockam_contract::pace::{poll_once, soon};

#[ockam::test]
async fn an_opened_mailbox_receives_by_type_as_app_does(ctx: Context) -> Result<()> {
    let mut inbox = ctx.open("inbox")?;
    assert_eq!(inbox.address(), "inbox");
    ctx.send_message("inbox", 1_u64).await?;
    ctx.send_message("inbox", "one".to_string()).await?;
    ctx.send_message("inbox", 2_u64).await?;
    assert_eq!(inbox.receive::<String>().await?, "one");
    assert_eq!(
        inbox.receive_matching::<u64>(|number| *number == 2).await?,
        2
    );
    assert_eq!(inbox.receive::<u64>().await?, 1);
    Ok(())
}

#[ockam::test]
async fn what_is_sent_to_one_mailbox_is_not_received_at_another(mut ctx: Context) -> Result<()> {
    let mut inbox = ctx.open("inbox")?;
    ctx.send_message("inbox", 1_u64).await?;
    ctx.send_message("app", 2_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 2);
    assert_eq!(inbox.receive::<u64>().await?, 1);
    Ok(())
}

#[ockam::test(allow(unhandled))]
async fn a_mailbox_that_is_dropped_frees_its_address_and_counts_what_it_held(
    ctx: Context,
) -> Result<()> {
    let inbox = ctx.open("inbox")?;
    let taken = ctx.open("inbox").err().map(|error| error.kind());
    assert_eq!(taken, Some(ErrorKind::AddressTaken));
    ctx.send_message("inbox", 1_u64).await?;
    ctx.send_message("inbox", 2_u64).await?;
    drop(inbox);
    assert_eq!(ctx.dead_letters(), 2);
    let gone = ctx.send_message("inbox", 3_u64).await;
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::UnknownAddress);
    ctx.open("inbox")?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_asker_of_a_dropped_mailbox_gets_an_error() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut inbox = ctx.open("inbox")?;
    let mut received = Box::pin(ctx.ask::<u64>("inbox", 1_u64));
    let mut queued = Box::pin(ctx.ask::<u64>("inbox", 2_u64));
    assert!(poll_once(&mut received).await.is_pending());
    assert!(poll_once(&mut queued).await.is_pending());

    let question = soon(inbox.receive::<u64>()).await?;
    assert_eq!(question, 1);
    drop(question);
    assert_eq!(soon(received).await.unwrap_err().kind(), ErrorKind::NoReply);
    assert!(poll_once(&mut queued).await.is_pending());
    drop(inbox);
    assert_eq!(soon(queued).await.unwrap_err().kind(), ErrorKind::Stopped);
    assert_eq!(ctx.dead_letters(), 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn only_a_local_address_can_be_opened() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let remote: ockam::Address = "1#127.0.0.1:4000".parse()?;
    let opened = ctx.open(remote).err().map(|error| error.kind());
    assert_eq!(opened, Some(ErrorKind::InvalidInput));
    Ok(())
}
