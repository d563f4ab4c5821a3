use ockam::{Context, Down, DownReason, ErrorKind, NodeBuilder, Result, route};
use ockam_contract::pace::{at_rest, soon};

use super::{Got, Mortal, guard};

/// Ends the worker `mortal`.
async fn end(ctx: &Context, how: &str) -> Result<()> {
    match how {
        "stopped from outside" => ctx.stop_worker("mortal").await,
        "killed" => ctx.kill_worker("mortal").await,
        how => ctx.send_message("mortal", how.to_string()).await,
    }
}

#[tokio::test(start_paused = true)]
async fn every_end_is_told_once_with_its_reason() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let panicked = DownReason::Panicked("on purpose".to_string());
    let ends = [
        ("stopped from outside", DownReason::Stopped),
        ("stop", DownReason::Stopped),
        ("killed", DownReason::Killed),
        ("panic", panicked),
    ];
    let mut incarnations = Vec::new();
    for (how, reason) in ends {
        ctx.start_worker("mortal", Mortal).await?;
        let (worker, mut got) = guard(&["mortal"]);
        ctx.start_worker("guard", worker).await?;
        ctx.monitor("mortal")?;
        end(&ctx, how).await?;
        let down = soon(ctx.receive::<Down>()).await?.into_body();
        assert_eq!(
            (down.address(), down.reason()),
            (&"mortal".into(), &reason),
            "{how}"
        );
        incarnations.push(down.incarnation());
        assert_eq!(soon(got.recv()).await, Some(Got::Down(down)));
        at_rest().await;
        assert!(got.try_recv().is_err(), "once");
        let more = ctx.receive_timeout::<Down>(std::time::Duration::ZERO).await;
        assert_eq!(more.unwrap_err().kind(), ErrorKind::TimedOut, "once");
        ctx.stop_worker("guard").await?;
    }
    incarnations.dedup();
    assert_eq!(incarnations.len(), 4, "each has a number of its own");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn who_is_gone_or_was_never_there_is_told_of_at_once() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let (worker, mut got) = guard(&["nobody"]);
    ctx.start_worker("guard", worker).await?;
    let Some(Got::Down(down)) = soon(got.recv()).await else {
        panic!("the guard is told");
    };
    assert_eq!(down.to_string(), "0#nobody is unknown");
    let mortal = ctx.start_worker("mortal", Mortal).await?;
    ctx.kill_worker("mortal").await?;
    ctx.monitor("mortal")?;
    let down = soon(ctx.receive::<Down>()).await?;
    assert_eq!(down.reason(), &DownReason::Unknown);
    assert_eq!(
        mortal.ended().await.reason(),
        &DownReason::Killed,
        "the handle knows"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn contexts_are_monitored_like_workers() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let opened = ctx.open("opened")?;
    ctx.monitor("opened")?;
    drop(opened);
    assert_eq!(
        soon(ctx.receive::<Down>()).await?.reason(),
        &DownReason::Stopped
    );
    let sender = ctx.sender();
    let ended = sender.ended("app");
    drop(ctx);
    assert_eq!(soon(ended).await.reason(), &DownReason::Stopped);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_route_with_more_than_one_address_is_refused() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let refused = ctx.monitor(route!["here", "there"]).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NoRoute);
    assert!(
        refused.to_string().contains("0#here => 0#there"),
        "{refused}"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_monitor_tells_nothing_and_says_whether_it_was_in_time() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("mortal", Mortal).await?;
    let (early, late) = (ctx.monitor("mortal")?, ctx.monitor("mortal")?);
    let heard = ctx.monitor("mortal")?;
    assert!(early.cancel() && !early.cancel());
    ctx.kill_worker("mortal").await?;
    assert!(late.cancel(), "what it tells still waits");
    assert_eq!(soon(ctx.receive::<Down>()).await?.address(), "mortal");
    assert!(!heard.cancel());
    let more = ctx.receive_timeout::<Down>(std::time::Duration::ZERO).await;
    assert!(more.is_err(), "one of three was left");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_does_not_listen_has_it_in_the_log_and_lives() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    struct Deaf;
    impl ockam::Worker for Deaf {
        type Message = u64;
        type Context = Context;
        async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
            ctx.monitor("nobody").map(drop)
        }
        async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
            ctx.reply(msg).await
        }
    }
    let deaf = ctx.start_worker("deaf", Deaf).await?;
    assert_eq!(deaf.ask::<u64>(7).await?, 7);
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}
