use ockam::{Context, DownReason, ErrorKind, NodeBuilder, Result};
use ockam_contract::pace::{at_rest, soon};

use super::{Mortal, guard};

/// Links a new `mortal` with a new `guard`, ends one of them, and returns why the other one has ended.
async fn linked(ctx: &Context, link: &str, how: &str) -> Result<Option<DownReason>> {
    let (worker, _got) = guard(&[]);
    let guard = ctx.start_worker("guard", worker).await?;
    let mortal = ctx.start_worker("mortal", Mortal).await?;
    mortal.send(link.to_string()).await?;
    at_rest().await;
    let mut other = guard.ended();
    match how {
        "kill guard" => {
            other = mortal.ended();
            ctx.kill_worker("guard").await?;
        }
        "kill" => ctx.kill_worker("mortal").await?,
        how => mortal.send(how.to_string()).await?,
    }
    at_rest().await;
    let ended = ockam_contract::pace::poll_once(&mut other).await;
    for worker in ctx.list_workers() {
        ctx.stop_worker(worker).await?;
    }
    match ended {
        std::task::Poll::Ready(down) => Ok(Some(down.reason().clone())),
        std::task::Poll::Pending => Ok(None),
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_either_ends_the_other_one() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for (how, says) in [
        (
            "panic",
            "it is linked with 0#mortal, which has panicked: on purpose",
        ),
        ("kill", "it is linked with 0#mortal, which was killed"),
        ("kill guard", "it is linked with 0#guard, which was killed"),
    ] {
        let ended = linked(&ctx, "link", how).await?;
        assert_eq!(ended, Some(DownReason::Failed(says.to_string())), "{how}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_normal_end_ends_the_other_one_only_if_that_was_asked_for() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    assert_eq!(linked(&ctx, "link", "stop").await?, None);
    let stopped = linked(&ctx, "link every end", "stop").await?;
    assert_eq!(stopped, Some(DownReason::Stopped));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_is_no_worker_is_not_linked() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mortal = ctx.start_worker("mortal", Mortal).await?;
    let linked = soon(mortal.ask::<()>("link".to_string())).await;
    assert_eq!(linked.unwrap_err().kind(), ErrorKind::UnknownAddress);
    let _guard = ctx.open("guard")?;
    let linked = soon(mortal.ask::<()>("link".to_string())).await;
    assert_eq!(linked.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(
        ctx.link("mortal").unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    Ok(())
}
