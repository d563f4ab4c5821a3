//! Messages that are taken, and those that stay queued.

use ockam::{Any, ErrorKind, NodeBuilder, Result};
use ockam_contract::pace::{at_rest, poll_once, soon};

#[ockam::test]
async fn the_first_message_of_the_type_is_taken_and_the_others_keep_their_order(
    mut ctx: ockam::Context,
) -> Result<()> {
    ctx.send_message("app", 1_u64).await?;
    ctx.send_message("app", "one".to_string()).await?;
    ctx.send_message("app", 2_u64).await?;
    ctx.send_message("app", 'x').await?;
    ctx.send_message("app", "two".to_string()).await?;
    ctx.send_message("app", 3_u64).await?;

    assert_eq!(ctx.receive::<String>().await?, "one");
    assert_eq!(ctx.receive::<u64>().await?, 1);
    ctx.send_message("app", 4_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 2);
    assert_eq!(ctx.receive::<char>().await?, 'x');
    assert_eq!(ctx.receive::<u64>().await?, 3);
    assert_eq!(ctx.receive::<String>().await?, "two");
    assert_eq!(ctx.receive::<u64>().await?, 4);
    Ok(())
}

#[ockam::test]
async fn any_receives_the_first_message_of_every_type(mut ctx: ockam::Context) -> Result<()> {
    ctx.send_message("app", 1_u64).await?;
    ctx.send_message("app", "one".to_string()).await?;
    let first = ctx.receive::<Any>().await?.into_body();
    let second = ctx.receive::<Any>().await?.into_body();
    assert_eq!(first.downcast::<u64>().ok(), Some(1));
    assert_eq!(second.downcast::<String>().ok().as_deref(), Some("one"));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_receive_waits_past_messages_of_other_types() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let sender = ctx.sender();
    ctx.send_message("app", 1_u64).await?;
    let mut receive = Box::pin(ctx.receive::<String>());
    assert!(poll_once(&mut receive).await.is_pending());
    for number in 2..=3_u64 {
        sender.send_message("app", number).await?;
        at_rest().await;
        assert!(poll_once(&mut receive).await.is_pending());
    }
    sender.send_message("app", "at last".to_string()).await?;
    sender.send_message("app", 4_u64).await?;
    assert_eq!(soon(receive).await?, "at last");
    for number in 1..=4_u64 {
        assert_eq!(soon(ctx.receive::<u64>()).await?, number);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_is_left_queued_counts_against_the_capacity() -> Result<()> {
    let mut ctx = NodeBuilder::new().mailbox_capacity(3).start().await?;
    let sender = ctx.sender();
    sender.try_send("app", 1_u64)?;
    sender.try_send("app", "one".to_string())?;
    sender.try_send("app", 2_u64)?;
    for taken in ["one", "two", "three"] {
        let full = sender.try_send("app", 'x');
        assert_eq!(
            full.unwrap_err().kind(),
            ErrorKind::MailboxFull,
            "before {taken}"
        );
        assert_eq!(soon(ctx.receive::<String>()).await?, taken);
        // Exactly one place is free again.
        let next = if taken == "one" { "two" } else { "three" };
        sender.try_send("app", next.to_string())?;
    }
    assert_eq!(soon(ctx.receive::<u64>()).await?, 1);
    assert_eq!(soon(ctx.receive::<u64>()).await?, 2);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_receive_of_one_type_makes_room_at_once_for_a_sender_that_waits() -> Result<()> {
    // With this capacity, places are granted in blocks.
    let mut ctx = NodeBuilder::new().mailbox_capacity(16).start().await?;
    let sender = ctx.sender();
    sender.try_send("app", "one".to_string())?;
    for number in 1..16_u64 {
        sender.try_send("app", number)?;
    }
    let mut waiting = Box::pin(sender.send_message("app", 16_u64));
    assert!(poll_once(&mut waiting).await.is_pending());
    assert_eq!(soon(ctx.receive::<String>()).await?, "one");
    assert!(poll_once(&mut waiting).await.is_ready());
    for number in 1..=16_u64 {
        assert_eq!(soon(ctx.receive::<u64>()).await?, number);
    }
    Ok(())
}

#[ockam::test]
async fn a_matching_receive_takes_the_first_message_that_is_wanted(
    mut ctx: ockam::Context,
) -> Result<()> {
    for number in 1..=6_u64 {
        ctx.send_message("app", number).await?;
        ctx.send_message("app", number.to_string()).await?;
    }
    assert_eq!(
        ctx.receive_matching::<u64>(|number| number % 3 == 0)
            .await?,
        3
    );
    assert_eq!(
        ctx.receive_matching::<String>(|text| text == "4").await?,
        "4"
    );
    assert_eq!(ctx.receive_matching::<u64>(|number| *number > 2).await?, 4);
    for left in [1, 2, 5, 6] {
        assert_eq!(ctx.receive::<u64>().await?, left);
    }
    for left in ["1", "2", "3", "5", "6"] {
        assert_eq!(ctx.receive::<String>().await?, left);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_matching_receive_waits_for_what_is_wanted() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let sender = ctx.sender();
    sender.try_send("app", 1_u64)?;
    let mut looked_at = Vec::new();
    let mut receive = Box::pin(ctx.receive_matching::<u64>(|number| {
        looked_at.push(*number);
        *number == 3
    }));
    for number in 2..=3_u64 {
        assert!(poll_once(&mut receive).await.is_pending());
        sender.try_send("app", number)?;
    }
    sender.try_send("app", 4_u64)?;
    assert_eq!(soon(receive).await?, 3);
    assert_eq!(looked_at, [1, 2, 3], "each message is looked at once");
    for left in [1, 2, 4] {
        assert_eq!(soon(ctx.receive::<u64>()).await?, left);
    }
    Ok(())
}

#[ockam::test]
async fn what_is_received_knows_its_way_back(mut ctx: ockam::Context) -> Result<()> {
    let mut inbox = ctx.open("inbox")?;
    inbox.send_message("app", 7_u64).await?;
    let received = ctx.receive::<u64>().await?;
    assert_eq!(received.sender(), Some(inbox.address()));
    ctx.send_message(received.return_route(), 8_u64).await?;
    assert_eq!(inbox.receive::<u64>().await?, 8);
    Ok(())
}
