use ockam::{Context, NodeBuilder, Result, TcpTransport, Worker, route};
use ockam_contract::pace::soon;

use super::Busy;

/// Has no handler.
struct Deaf;

impl Worker for Deaf {
    type Message = u64;
    type Context = Context;
}

#[tokio::test(start_paused = true)]
async fn dead_letters_are_told_with_where_why_and_what() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut feed = ctx.dead_letter_feed();
    let inbox = ctx.open("inbox")?;
    for msg in 0..3_u64 {
        ctx.send_message("inbox", msg).await?;
    }
    ctx.send_message("inbox", "text".to_string()).await?;
    drop(inbox);
    let dead = soon(feed.next()).await.expect("the node lives");
    assert_eq!((dead.address, dead.messages), (Some("inbox".into()), 4));
    assert_eq!(dead.types, "3 × u64, 1 × alloc::string::String");

    ctx.start_worker("deaf", Deaf).await?;
    ctx.send_message("deaf", 7_u64).await?;
    let dead = soon(feed.next()).await.expect("the node lives");
    assert_eq!((dead.address, dead.messages), (Some("deaf".into()), 1));
    assert!(
        dead.reason.contains("handles no messages"),
        "{}",
        dead.reason
    );

    // A worker that fails has handled its message.
    ctx.start_worker("busy", Busy).await?;
    let failed = ctx.ask::<String>("busy", "fail".to_string()).await;
    failed.unwrap_err();
    assert_eq!(ctx.dead_letters(), 5);
    ctx.stop().await?;
    drop(ctx);
    assert_eq!(soon(feed.next()).await, None, "the node is gone");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_who_follows_and_does_not_take_keeps_a_bounded_number() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut feed = ctx.dead_letter_feed();
    for number in 0..1_500 {
        let inbox = ctx.open(format!("inbox {number}"))?;
        ctx.send_message(inbox.address().clone(), 7_u64).await?;
    }
    let mut taken = 0;
    let first = soon(feed.next()).await.expect("the node lives");
    assert_eq!(
        first.address,
        Some("inbox 476".into()),
        "the oldest are left out"
    );
    assert_eq!(feed.missed(), 476);
    drop(ctx);
    while soon(feed.next()).await.is_some() {
        taken += 1;
    }
    assert_eq!(taken, 1_023);
    Ok(())
}

#[tokio::test]
async fn denials_are_told_with_who_and_where() -> Result<()> {
    let server = NodeBuilder::new().start().await?;
    let client = NodeBuilder::new().start().await?;
    server.start_worker("busy", Busy).await?;
    server.start_worker("secret", Busy).await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", "busy")
        .await?;
    let mut feed = server.denial_feed();
    let tcp = TcpTransport::new(&client)?;
    let connection = tcp.connect(listener.local_address()).await?;
    let asked = client.ask::<String>(route![&connection, "secret"], "hello".to_string());
    soon(asked).await.unwrap_err();
    let denial = soon(feed.next()).await.expect("the node lives");
    assert_eq!(denial.to, "secret");
    assert!(denial.from.contains("127.0.0.1:"), "{}", denial.from);
    assert_eq!(server.denied(), 1);
    client.stop().await?;
    server.stop().await
}
