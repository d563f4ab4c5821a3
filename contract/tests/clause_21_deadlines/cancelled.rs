//! A handler hears that nobody waits any more.

use std::pin::pin;

use ockam::{NodeBuilder, Result, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::sleep;

use super::scene::{SECOND, Seen, does, watcher};

#[tokio::test(start_paused = true)]
async fn of_an_ask_that_is_dropped() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut seen) = watcher();
    let handle = ctx.start_worker("watcher", worker).await?;
    ctx.start_worker("hop", Hop).await?;
    let sender = ctx.sender();
    for number in 0..3 {
        let mut asked: std::pin::Pin<Box<dyn Future<Output = Result<u64>> + Send>> = match number {
            0 => Box::pin(handle.ask(number)),
            1 => Box::pin(sender.ask(route!["hop", "watcher"], number)),
            _ => Box::pin(ctx.ask("watcher", number)),
        };
        assert!(poll_once(&mut asked).await.is_pending());
        at_rest().await;
        assert!(matches!(seen.try_recv(), Ok(Seen::Begun(..))));
        assert!(seen.try_recv().is_err(), "it is waited for");
        drop(asked);
        at_rest().await;
        assert_eq!(seen.try_recv(), Ok(Seen::Cancelled(number)));
    }
    ctx.stop().await
}

/// The future of the ask has returned its error, and is not dropped.
#[tokio::test(start_paused = true)]
async fn of_an_ask_whose_time_is_over() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut seen) = watcher();
    let handle = ctx.start_worker("watcher", worker).await?;
    let mut asked = pin!(handle.ask_timeout::<u64>(1, SECOND));
    assert!(asked.as_mut().await.is_err());
    at_rest().await;
    assert!(matches!(seen.try_recv(), Ok(Seen::Begun(..))));
    assert_eq!(seen.try_recv(), Ok(Seen::Cancelled(1)));
    ctx.stop().await
}

/// Its task has something else to do, and is not polled when the time is over.
#[tokio::test(start_paused = true)]
async fn of_an_ask_that_is_not_polled_any_more() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut seen) = watcher();
    let handle = ctx.start_worker("watcher", worker).await?;
    let mut asked = Box::pin(handle.ask_timeout::<u64>(1, SECOND));
    assert!(poll_once(&mut asked).await.is_pending());
    sleep(SECOND * 2).await;
    assert!(matches!(seen.try_recv(), Ok(Seen::Begun(..))));
    assert_eq!(seen.try_recv(), Ok(Seen::Cancelled(1)));
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn when_the_asking_worker_is_killed() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut seen) = watcher();
    ctx.start_worker("watcher", worker).await?;
    let asks = does(|ctx, number| {
        Box::pin(async move { ctx.ask::<u64>("watcher", number).await.map(drop) })
    });
    ctx.start_worker("asks", asks).await?.send(7).await?;
    assert!(matches!(soon(seen.recv()).await, Some(Seen::Begun(7, _))));
    ctx.kill_worker("asks").await?;
    at_rest().await;
    assert_eq!(seen.try_recv(), Ok(Seen::Cancelled(7)));
    ctx.stop().await
}

/// Only the last handler can hear it: those before it have ended or select.
#[tokio::test(start_paused = true)]
async fn along_a_chain_of_askers_that_select() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut seen) = watcher();
    ctx.start_worker("hop 10", worker).await?;
    for hop in 0..10 {
        let asks = does(move |ctx, number| {
            Box::pin(async move {
                tokio::select! {
                    answer = ctx.ask::<u64>(format!("hop {}", hop + 1), number) => answer.map(drop),
                    () = ctx.cancelled() => Ok(()),
                }
            })
        });
        ctx.start_worker(format!("hop {hop}"), asks).await?;
    }
    let mut asked = Box::pin(ctx.ask::<u64>("hop 0", 1_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    at_rest().await;
    assert!(matches!(seen.try_recv(), Ok(Seen::Begun(1, _))));
    drop(asked);
    at_rest().await;
    assert_eq!(seen.try_recv(), Ok(Seen::Cancelled(1)));
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn a_tell_is_never_cancelled() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut seen) = watcher();
    let handle = ctx.start_worker("watcher", worker).await?;
    handle.send(1).await?;
    sleep(SECOND * 100).await;
    assert_eq!(seen.try_recv(), Ok(Seen::Begun(1, None)));
    assert!(seen.try_recv().is_err());
    ctx.kill_worker("watcher").await?;
    assert_eq!(seen.try_recv(), Ok(Seen::Dropped(1)));
    ctx.stop().await
}

/// Each wait leaves nothing behind when it is dropped, and several at once all hear.
#[tokio::test(start_paused = true)]
async fn it_may_be_waited_for_again_and_again() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let worker = does(move |ctx, _| {
        let told = told.clone();
        Box::pin(async move {
            for _ in 0..1_000 {
                let mut wait = Box::pin(ctx.cancelled());
                assert!(poll_once(&mut wait).await.is_pending());
            }
            let reply = ctx.reply_later::<u64>();
            tokio::join!(ctx.cancelled(), ctx.cancelled(), reply.cancelled());
            ctx.cancelled().await;
            let _ = told.send(());
            Ok(())
        })
    });
    let handle = ctx.start_worker("worker", worker).await?;
    assert!(handle.ask_timeout::<u64>(1, SECOND).await.is_err());
    soon(tells.recv()).await.expect("the worker lives");
    ctx.stop().await
}

#[tokio::test(start_paused = true)]
async fn an_answer_ends_it_as_well() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let worker = does(move |ctx, number| {
        let told = told.clone();
        Box::pin(async move {
            let reply = ctx.reply_later::<u64>();
            tokio::join!(ctx.cancelled(), async {
                at_rest().await;
                reply.send(number).await.expect("it is waited for");
            });
            let _ = told.send(());
            Ok(())
        })
    });
    let handle = ctx.start_worker("worker", worker).await?;
    assert_eq!(handle.ask::<u64>(7).await?, 7);
    soon(tells.recv()).await.expect("the worker lives");
    ctx.stop().await
}
