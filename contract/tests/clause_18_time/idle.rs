use std::time::Duration;

use ockam::{Context, NodeBuilder, Result};
use ockam_contract::pace::soon;

use super::{SECOND, SLOW, timed};

const IDLE: u64 = 99;

#[tokio::test(start_paused = true)]
async fn the_time_begins_anew_with_each_message() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut got) = timed(|ctx: &Context| {
        ctx.send_when_idle(10 * SECOND, IDLE);
    });
    let handle = ctx.start_worker("worker", worker).await?;
    for number in 0..5 {
        tokio::time::sleep(9 * SECOND).await;
        handle.send(number).await?;
    }
    let mut last = (0, Duration::ZERO);
    while last.0 != IDLE {
        last = soon(got.recv()).await.expect("the worker lives");
    }
    assert_eq!(last.1.as_secs(), 5 * 9 + 10);
    tokio::time::sleep(100 * SECOND).await;
    assert!(got.try_recv().is_err(), "it is told once");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_waits_is_not_idle() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut got) = timed(|ctx: &Context| {
        ctx.send_when_idle(10 * SECOND, IDLE);
    });
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(SLOW + 30).await?;
    assert_eq!(soon(got.recv()).await.map(|it| it.0), Some(SLOW + 30));
    let (message, time) = soon(got.recv()).await.expect("the worker lives");
    assert_eq!((message, time.as_secs()), (IDLE, 40));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn main_is_idle_while_it_receives() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.send_when_idle(10 * SECOND, IDLE);
    tokio::time::sleep(100 * SECOND).await;
    let before = tokio::time::Instant::now();
    assert_eq!(soon(ctx.receive::<u64>()).await?, IDLE);
    assert_eq!(before.elapsed().as_secs(), 10);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_can_be_cancelled_and_asked_for_again() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let timer = ctx.send_when_idle(10 * SECOND, IDLE);
    assert!(ctx.receive_timeout::<u64>(9 * SECOND).await.is_err());
    assert!(timer.cancel());
    ctx.send_when_idle(Duration::ZERO, IDLE + 1);
    assert_eq!(soon(ctx.receive::<u64>()).await?, IDLE + 1);
    assert!(ctx.receive_timeout::<u64>(100 * SECOND).await.is_err());
    Ok(())
}
