use ockam::{DownReason, NodeBuilder, Result};
use ockam_contract::pace::{poll_once, soon};

use super::Mortal;

#[tokio::test(start_paused = true)]
async fn a_task_waits_for_an_end_as_often_as_it_likes() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mortal = ctx.start_worker("mortal", Mortal).await?;
    let sender = ctx.sender();
    let mut given_up = sender.ended("mortal");
    assert!(poll_once(&mut given_up).await.is_pending());
    drop(given_up);
    let ended = sender.ended("mortal");
    let task = tokio::spawn(ended);
    let by_handle = mortal.ended();
    mortal.send("panic".to_string()).await?;
    let reason = DownReason::Panicked("on purpose".to_string());
    assert_eq!(soon(by_handle).await.reason(), &reason);
    assert_eq!(soon(mortal.ended()).await.reason(), &reason);
    assert_eq!(soon(task).await.expect("it waits only").reason(), &reason);
    assert_eq!(
        soon(ctx.sender().ended("mortal")).await.reason(),
        &DownReason::Unknown
    );
    Ok(())
}

#[test]
fn a_runtime_that_is_dropped_leaves_nobody_waiting() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("there are threads");
    let ended = runtime.block_on(async {
        let ctx = NodeBuilder::new().start().await?;
        ctx.start_worker("mortal", Mortal)
            .await
            .map(|mortal| mortal.ended())
    });
    let ended = ended.expect("it is started");
    drop(runtime);
    let other = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let down = other.expect("there is a thread").block_on(soon(ended));
    assert!(matches!(down.reason(), DownReason::Stopped), "{down}");
}
