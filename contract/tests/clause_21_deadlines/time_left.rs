//! A handler sees how long its asker still waits.

use std::time::Duration;

use ockam::{Context, NodeBuilder, Result, Sender, WorkerHandle, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::time::sleep;

use super::scene::{SECOND, Seen, does, slack, watcher};

#[tokio::test(start_paused = true)]
async fn it_is_what_the_asker_has_left_by_whatever_it_asks() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let left = |ctx: &Context| ctx.time_left().expect("it was asked").as_millis() as u64;
    let worker = does(move |ctx, _| Box::pin(async move { ctx.reply(left(ctx)).await }));
    let handle = ctx.start_worker("worker", worker).await?;
    let sender = ctx.sender();
    // The first ask sets the alarm that later ones share.
    for _ in 0..3 {
        for timeout in [SECOND * 64, SECOND, SECOND * 3, Duration::from_millis(200)] {
            let by_all = asked(&ctx, &sender, &handle, timeout).await?;
            for left in by_all.map(Duration::from_millis) {
                assert!(
                    left <= timeout && left >= timeout - timeout / 64,
                    "{left:?} of {timeout:?}"
                );
            }
            sleep(Duration::from_millis(7)).await;
        }
    }
    ctx.stop().await
}

async fn asked(
    ctx: &Context,
    sender: &Sender,
    handle: &WorkerHandle<u64>,
    timeout: Duration,
) -> Result<[u64; 3]> {
    Ok([
        ctx.ask_timeout("worker", 1_u64, timeout).await?,
        sender.ask_timeout("worker", 1_u64, timeout).await?,
        handle.ask_timeout(1, timeout).await?,
    ])
}

#[tokio::test(start_paused = true)]
async fn the_time_in_the_mailbox_counts() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut seen) = watcher();
    let handle = ctx.start_worker("watcher", worker).await?;
    let mut first = Box::pin(handle.ask_timeout::<u64>(1, SECOND));
    assert!(poll_once(&mut first).await.is_pending());
    let mut second = Box::pin(handle.ask_timeout::<u64>(2, SECOND * 10));
    assert!(poll_once(&mut second).await.is_pending());
    at_rest().await;
    assert!(matches!(seen.try_recv(), Ok(Seen::Begun(1, Some(_)))));
    sleep(SECOND / 2).await;
    drop(first);
    at_rest().await;
    assert_eq!(seen.try_recv(), Ok(Seen::Cancelled(1)));
    let Ok(Seen::Begun(2, Some(left))) = seen.try_recv() else {
        panic!("the second question is handled behind the first one");
    };
    let latest = SECOND * 10 - SECOND / 2 + slack(SECOND * 10);
    assert!(left > SECOND * 9 && left <= latest, "{left:?}");
    drop(second);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn it_goes_on_while_the_question_waits_for_room() -> Result<()> {
    let ctx = NodeBuilder::new().mailbox_capacity(1).start().await?;
    let (worker, mut seen) = watcher();
    let handle = ctx.start_worker("watcher", worker).await?;
    let mut asks = Vec::new();
    for number in 0..4 {
        let handle = handle.clone();
        asks.push(tokio::spawn(async move {
            handle.ask_timeout::<u64>(number, SECOND * 10).await
        }));
        at_rest().await;
    }
    let mut waited = Duration::ZERO;
    for (number, ask) in (0..).zip(asks) {
        let Some(Seen::Begun(begun, Some(left))) = soon(seen.recv()).await else {
            panic!("{number} is begun");
        };
        assert_eq!(begun, number);
        let latest = SECOND * 10 - waited + slack(SECOND * 10);
        assert!(left <= latest, "{left:?} after {waited:?}");
        sleep(SECOND).await;
        waited += SECOND;
        ask.abort();
        assert_eq!(soon(seen.recv()).await, Some(Seen::Cancelled(number)));
    }
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn it_travels_over_workers_that_forward() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut seen) = watcher();
    ctx.start_worker("watcher", worker).await?;
    ctx.start_worker(["a", "b", "c"], Hop).await?;
    let route = route!["a", "b", "c", "a", "watcher"];
    let asked = ctx.ask_timeout::<u64>(route, 1_u64, SECOND).await;
    assert_eq!(asked.unwrap_err().kind(), ockam::ErrorKind::TimedOut);
    let Some(Seen::Begun(1, Some(left))) = soon(seen.recv()).await else {
        panic!("it is begun");
    };
    assert!(left <= SECOND && left >= SECOND - SECOND / 64, "{left:?}");
    assert_eq!(soon(seen.recv()).await, Some(Seen::Cancelled(1)));
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn there_is_none_for_a_tell_and_for_an_ask_without_limit() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let worker =
        does(|ctx, _| Box::pin(async move { ctx.send_message("app", ctx.time_left()).await }));
    let handle = ctx.start_worker("worker", worker).await?;
    handle.send(1).await?;
    assert_eq!(ctx.receive::<Option<Duration>>().await?.into_body(), None);
    ctx.send_message("worker", 1_u64).await?;
    assert_eq!(ctx.receive::<Option<Duration>>().await?.into_body(), None);
    let unlimited = handle.ask_timeout::<u64>(1, Duration::MAX).await;
    assert_eq!(unlimited.unwrap_err().kind(), ockam::ErrorKind::NoReply);
    assert_eq!(ctx.receive::<Option<Duration>>().await?.into_body(), None);
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_later_keeps_it() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let worker = does(|ctx, _| {
        Box::pin(async move {
            let reply = ctx.reply_later::<Option<Duration>>();
            tokio::spawn(async move {
                sleep(SECOND).await;
                let left = reply.time_left();
                reply.send(left).await
            });
            Ok(())
        })
    });
    let handle = ctx.start_worker("worker", worker).await?;
    let left: Option<Duration> = handle.ask_timeout(1, SECOND * 3).await?;
    let left = left.expect("it was asked");
    let latest = SECOND * 2 + slack(SECOND * 3);
    assert!(left > SECOND && left <= latest, "{left:?}");
    ctx.stop().await
}
