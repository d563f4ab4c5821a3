//! A node that is never stopped ends with its runtime.

use std::sync::Arc;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, async_worker};
use tokio::runtime::Builder;

/// A worker whose drop the test sees by the count of the `Arc`.
struct Idle(#[expect(dead_code, reason = "it is there to be dropped")] Arc<()>);

#[async_worker]
impl Worker for Idle {
    type Message = u64;
}

async fn start(known: &Arc<()>) -> Result<Context> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("idle", Idle(known.clone())).await?;
    let busy = ctx.start_worker("busy", Idle(known.clone())).await?;
    busy.send(1).await?;
    Ok(ctx)
}

#[test]
fn its_workers_are_dropped_also_those_that_have_had_nothing_to_do() -> Result<()> {
    for multi_thread in [false, true] {
        let mut builder = match multi_thread {
            true => Builder::new_multi_thread(),
            false => Builder::new_current_thread(),
        };
        let runtime = builder.enable_all().build()?;
        let known = Arc::new(());
        let ctx = runtime.block_on(start(&known))?;
        drop(runtime);
        assert_eq!(Arc::strong_count(&known), 1);

        let sent = ctx.try_send("idle", 1_u64).unwrap_err();
        assert_eq!(sent.kind(), ErrorKind::Stopped);
        let again = Builder::new_current_thread()
            .build()?
            .block_on(ctx.start_worker("again", Idle(known.clone())));
        assert_eq!(again.unwrap_err().kind(), ErrorKind::Stopped);
        assert_eq!(Arc::strong_count(&known), 1);
    }
    Ok(())
}

#[test]
fn also_if_no_context_exists_any_more() -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let known = Arc::new(());
    drop(runtime.block_on(start(&known))?);
    assert_eq!(Arc::strong_count(&known), 3, "the node goes on");
    drop(runtime);
    assert_eq!(Arc::strong_count(&known), 1);
    Ok(())
}
