//! Stops and kills by threads that no runtime has.

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, async_worker};
use ockam_contract::without_tokio::block_on;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// Never comes to the end of its first message.
struct Stuck;

#[async_worker]
impl Worker for Stuck {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        std::future::pending().await
    }
}

#[test]
fn a_kill_and_an_overdue_stop_need_no_runtime_of_the_caller() -> Result<()> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let ctx = runtime.block_on(async {
        let node = NodeBuilder::new().stop_timeout(Duration::from_millis(20));
        let ctx = node.start().await?;
        for name in ["killed", "overdue", "handled"] {
            ctx.start_worker(name, Stuck).await?.send(1).await?;
        }
        Ok::<_, ockam::Error>(ctx)
    })?;
    block_on(ctx.kill_worker("killed"))?;
    let overdue = block_on(ctx.stop_worker("overdue")).unwrap_err();
    assert_eq!(overdue.kind(), ErrorKind::TimedOut);
    let asked = block_on(ctx.ask_timeout::<u64>("handled", 2_u64, Duration::from_millis(20)));
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    block_on(ctx.stop())?;
    assert_eq!(
        ctx.stop_report().map(|report| report.killed().len()),
        Some(1)
    );
    Ok(())
}

/// Both sides of an ask outlive the runtime of the node, and wait without a runtime, or on another one.
#[test]
fn an_ask_whose_runtime_ends_is_told_so() -> Result<()> {
    for on_another_runtime in [false, true] {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (ctx, silent) = runtime.block_on(async {
            let ctx = NodeBuilder::new().start().await?;
            let silent = ctx.open("silent")?;
            Ok::<_, ockam::Error>((ctx, silent))
        })?;
        let (waits, is_waiting) = oneshot::channel();
        let asker = std::thread::spawn(move || {
            let asks = async {
                let mut asked = Box::pin(ctx.ask::<u64>("silent", 1_u64));
                let polled = ockam_contract::pace::poll_once(&mut asked).await;
                assert!(polled.is_pending());
                let _ = waits.send(());
                asked.await
            };
            match on_another_runtime {
                false => block_on(asks),
                true => {
                    let other = Builder::new_current_thread().enable_all().build();
                    other.expect("a runtime").block_on(asks)
                }
            }
        });
        block_on(is_waiting)?;
        drop(runtime);
        let asked = asker.join().expect("it does not panic");
        assert_eq!(asked.unwrap_err().kind(), ErrorKind::Stopped);
        drop(silent);
    }
    Ok(())
}
