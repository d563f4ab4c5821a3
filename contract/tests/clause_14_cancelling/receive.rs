//! A dropped receive has taken nothing.

use std::time::Duration;

use ockam::{Any, NodeBuilder, Result};
use ockam_contract::pace::{poll_once, soon};

#[tokio::test(start_paused = true)]
async fn a_dropped_receive_took_nothing() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let sender = ctx.sender();
    let day = Duration::from_secs(24 * 60 * 60);
    for round in 0..4_u64 {
        {
            // Messages of another type are skipped, and the wanted one comes too late.
            sender.try_send("app", round.to_string())?;
            let mut receive: std::pin::Pin<Box<dyn Future<Output = Result<ockam::Routed<u64>>>>> =
                match round {
                    0 => Box::pin(ctx.receive::<u64>()),
                    1 => Box::pin(ctx.receive_timeout::<u64>(day)),
                    2 => Box::pin(ctx.receive_matching::<u64>(|number| *number >= 100)),
                    _ => Box::pin(ctx.receive_matching::<u64>(|_| true)),
                };
            assert!(poll_once(&mut receive).await.is_pending());
            sender.try_send("app", 100 + round)?;
        }
        assert_eq!(
            soon(ctx.receive::<Any>()).await?.downcast_ref(),
            Some(&round.to_string())
        );
        assert_eq!(soon(ctx.receive::<u64>()).await?, 100 + round);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_receive_that_was_never_polled_took_nothing() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.try_send("app", 7_u64)?;
    drop(ctx.receive::<u64>());
    drop(ctx.receive_timeout::<u64>(Duration::ZERO));
    drop(ctx.receive_matching::<u64>(|_| true));
    assert_eq!(soon(ctx.receive::<u64>()).await?, 7);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_dropped_receive_leaves_the_capacity_exact() -> Result<()> {
    let mut ctx = NodeBuilder::new().mailbox_capacity(2).start().await?;
    let sender = ctx.sender();
    for _ in 0..10 {
        sender.try_send("app", 1_u64)?;
        let mut receive = Box::pin(ctx.receive::<String>());
        assert!(poll_once(&mut receive).await.is_pending());
        drop(receive);
        sender.try_send("app", 2_u64)?;
        assert!(sender.try_send("app", 3_u64).is_err());
        assert_eq!(soon(ctx.receive::<u64>()).await?, 1);
        assert_eq!(soon(ctx.receive::<u64>()).await?, 2);
    }
    Ok(())
}
