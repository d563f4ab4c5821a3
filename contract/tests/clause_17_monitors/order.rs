use ockam::{Down, NodeBuilder, Result, WorkerBuilder};
use ockam_contract::pace::soon;

use super::{Got, Mortal, WAIT, guard};

#[tokio::test(start_paused = true)]
async fn it_comes_behind_what_the_ended_worker_had_sent() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let mortal = ctx.start_worker("mortal", Mortal).await?;
    let (worker, mut got) = guard(&["mortal"]);
    ctx.start_worker("guard", worker).await?;
    mortal.send("guard".to_string()).await?;
    for number in 0..10 {
        assert_eq!(soon(got.recv()).await, Some(Got::Message(number)));
    }
    assert!(matches!(soon(got.recv()).await, Some(Got::Down(_))));

    // A selective receive sets the messages aside. They are still there, in order.
    let mortal = ctx.start_worker("mortal", Mortal).await?;
    ctx.monitor("mortal")?;
    mortal.send("app".to_string()).await?;
    soon(ctx.receive::<Down>()).await?;
    for number in 0..10_u64 {
        assert_eq!(soon(ctx.receive::<u64>()).await?, number);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_needs_no_room_and_keeps_its_place() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("mortal", Mortal).await?;
    let (worker, mut got) = guard(&["mortal", "gate"]);
    let gate = ctx.open("gate")?;
    let guard = WorkerBuilder::new("guard", worker).mailbox_capacity(2);
    let guard = guard.start(&ctx).await?;
    guard.send(1).await?;
    guard.send(2).await?;
    assert!(guard.try_send(3).is_err(), "it is full");
    ctx.kill_worker("mortal").await?;
    drop(gate);
    assert_eq!(soon(got.recv()).await, Some(Got::Message(1)));
    assert_eq!(soon(got.recv()).await, Some(Got::Message(2)));
    for address in ["mortal", "gate"] {
        let Some(Got::Down(down)) = soon(got.recv()).await else {
            panic!("both are told");
        };
        assert_eq!(down.address(), address);
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_stops_hears_what_came_before_its_end() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("mortal", Mortal).await?;
    let (worker, mut got) = guard(&["mortal"]);
    let guard = ctx.start_worker("guard", worker).await?;
    guard.send(1).await?;
    ctx.kill_worker("mortal").await?;
    guard.send(2).await?;
    soon(guard.stop()).await?;
    assert_eq!(got.recv().await, Some(Got::Message(1)));
    assert!(matches!(got.recv().await, Some(Got::Down(_))));
    assert_eq!(got.recv().await, Some(Got::Message(2)));
    assert_eq!(got.recv().await, None);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_has_ended_is_no_burden() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("mortal", Mortal).await?;
    for _ in 0..100 {
        let (worker, mut got) = guard(&["mortal"]);
        let guard = ctx.start_worker("guard", worker).await?;
        guard.send(WAIT).await?;
        assert_eq!(got.recv().await, Some(Got::Message(WAIT)));
        ctx.kill_worker("guard").await?;
    }
    ctx.kill_worker("mortal").await?;
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}
