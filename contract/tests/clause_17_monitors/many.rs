use ockam::{Down, NodeBuilder, Result};
use ockam_contract::pace::soon;

use super::{Mortal, guard};

/// Each of many ends is told, in the order of the ends, to whoever asked.
#[tokio::test(start_paused = true)]
async fn ten_thousand_ends_are_told_once_each() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    for number in 0..10_000 {
        let address = format!("mortal {number}");
        ctx.start_worker(&*address, Mortal).await?;
        ctx.monitor(&*address)?;
    }
    let (worker, _got) = guard(&[]);
    ctx.start_worker("guard", worker).await?;
    for number in 0..10_000 {
        ctx.kill_worker(format!("mortal {number}")).await?;
    }
    for number in 0..10_000 {
        let down = soon(ctx.receive::<Down>()).await?;
        assert_eq!(down.address(), &*format!("mortal {number}"));
    }
    let more = ctx.receive_timeout::<Down>(std::time::Duration::ZERO).await;
    assert!(more.is_err());
    Ok(())
}
