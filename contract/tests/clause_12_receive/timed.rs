//! `receive` with a deadline.

use std::time::Duration;

use ockam::{ErrorKind, NodeBuilder, Result};
use ockam_contract::pace::{poll_once, soon};
use tokio::time::Instant;

const TIMEOUT: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn a_timed_receive_ends_at_its_deadline_and_took_nothing() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.send_message("app", 1_u64).await?;
    ctx.send_message("app", 2_u64).await?;
    let before = Instant::now();
    let error = soon(ctx.receive_timeout::<String>(TIMEOUT))
        .await
        .unwrap_err();
    assert_eq!(before.elapsed().as_secs(), 5);
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    let text = error.to_string();
    assert!(text.contains("0#app") && text.contains("String"), "{text}");
    assert_eq!(soon(ctx.receive::<u64>()).await?, 1);
    assert_eq!(soon(ctx.receive::<u64>()).await?, 2);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn messages_of_other_types_do_not_put_the_deadline_off() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let sender = ctx.sender();
    let noise = tokio::spawn(async move {
        for number in 0..100_u64 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            sender.send_message("app", number).await?;
        }
        Result::<()>::Ok(())
    });
    let before = Instant::now();
    let error = soon(ctx.receive_timeout::<String>(TIMEOUT))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(before.elapsed().as_secs(), 5);
    noise.abort();
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_timed_receive_takes_what_is_there_or_comes_in_time() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.send_message("app", 1_u64).await?;
    // A queued message is taken even with a time limit of zero.
    assert_eq!(ctx.receive_timeout::<u64>(Duration::ZERO).await?, 1);
    let nothing = ctx.receive_timeout::<u64>(Duration::ZERO).await;
    assert_eq!(nothing.unwrap_err().kind(), ErrorKind::TimedOut);

    let sender = ctx.sender();
    let mut receive = Box::pin(ctx.receive_timeout::<u64>(TIMEOUT));
    assert!(poll_once(&mut receive).await.is_pending());
    tokio::time::sleep(Duration::from_secs(4)).await;
    sender.send_message("app", 2_u64).await?;
    assert_eq!(soon(receive).await?, 2);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_receive_without_a_deadline_waits_for_hours() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let sender = ctx.sender();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(24 * 60 * 60)).await;
        sender.send_message("app", 7_u64).await
    });
    assert_eq!(ctx.receive::<u64>().await?, 7);
    Ok(())
}
