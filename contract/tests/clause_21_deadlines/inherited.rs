//! What a handler asks waits no longer than its own asker.

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, WorkerHandle, protocol};
use ockam_contract::pace::soon;
use tokio::time::{Instant, sleep};

use super::scene::{SECOND, does, slack};

/// Each way to ask the silent worker, in a handler.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Context,
    Sender,
    Handle,
    Client,
    Join,
    Spawned,
}

#[protocol]
trait Silent {
    async fn wait(&mut self, number: u64) -> Result<u64>;
}

struct Never;

impl Silent for Never {
    async fn wait(&mut self, _number: u64) -> Result<u64> {
        std::future::pending().await
    }
}

/// Asks the silent worker in one way, and says how long that took.
async fn asked(ctx: &Context, silent: &WorkerHandle<u64>, way: Way) -> (Duration, ErrorKind) {
    let begin = Instant::now();
    let sender = ctx.sender();
    let failed = match way {
        Way::Context => ctx.ask::<u64>("silent", 1_u64).await,
        Way::Sender => sender.ask("silent", 1_u64).await,
        Way::Handle => silent.ask(1).await,
        Way::Client => SilentClient::new(ctx, "never").wait(1).await,
        Way::Join => tokio::join!(silent.ask(1), ctx.ask::<u64>("silent", 1_u64)).0,
        Way::Spawned => {
            let asked = tokio::spawn(async move { sender.ask("silent", 1_u64).await });
            asked.await.expect("it doesn't panic")
        }
    };
    (begin.elapsed(), failed.unwrap_err().kind())
}

async fn took(way: Way, timeout: Duration) -> Result<Duration> {
    let mut ctx = NodeBuilder::new().start().await?;
    let silent = does(|_, _| Box::pin(std::future::pending()));
    let silent = ctx.start_worker("silent", silent).await?;
    ctx.start_worker("never", SilentWorker(Never)).await?;
    // What one handler leaves behind must not be inherited by the next one.
    let asks = does(move |ctx, _| {
        let silent = silent.clone();
        Box::pin(async move {
            let (took, kind) = asked(ctx, &silent, way).await;
            assert_eq!(kind, ErrorKind::TimedOut);
            ctx.send_message("app", took).await
        })
    });
    let asks = ctx.start_worker("asks", asks).await?;
    if timeout > Duration::ZERO {
        // It gets no answer, if it waits for longer than the handler.
        let asked = asks.ask_timeout::<u64>(1, timeout).await.unwrap_err();
        let kind = asked.kind();
        assert!(
            matches!(kind, ErrorKind::TimedOut | ErrorKind::NoReply),
            "{asked}"
        );
    } else {
        asks.send(1).await?;
    }
    let took = soon(ctx.receive::<Duration>()).await?.into_body();
    for worker in ["silent", "never"] {
        ctx.kill_worker(worker).await?;
    }
    ctx.stop().await?;
    Ok(took)
}

#[tokio::test(start_paused = true)]
async fn it_has_what_is_left_by_whatever_it_asks() -> Result<()> {
    for way in [
        Way::Context,
        Way::Sender,
        Way::Handle,
        Way::Client,
        Way::Join,
    ] {
        for timeout in [SECOND / 5, SECOND * 3] {
            let took = took(way, timeout).await?;
            assert!(took <= timeout + slack(timeout) * 2, "{way:?}: {took:?}");
            assert!(
                took + Duration::from_millis(2) >= timeout,
                "{way:?}: {took:?}"
            );
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn its_own_deadline_stays_if_that_is_earlier() -> Result<()> {
    let half_a_minute = SECOND * 30;
    for way in [
        Way::Context,
        Way::Sender,
        Way::Handle,
        Way::Client,
        Way::Join,
    ] {
        let took = took(way, half_a_minute * 10).await?;
        let latest = half_a_minute + slack(half_a_minute);
        assert!(
            (half_a_minute..=latest).contains(&took),
            "{way:?}: {took:?}"
        );
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_handler_of_a_tell_and_a_spawned_task_inherit_nothing() -> Result<()> {
    let half_a_minute = SECOND * 30;
    let latest = half_a_minute + slack(half_a_minute);
    for (way, timeout) in [
        (Way::Context, Duration::ZERO),
        (Way::Handle, Duration::ZERO),
        (Way::Spawned, SECOND),
    ] {
        let took = took(way, timeout).await?;
        assert!(
            (half_a_minute..=latest).contains(&took),
            "{way:?}: {took:?}"
        );
    }
    Ok(())
}

/// Each hop has less: the last one of a hundred still ends in time.
#[tokio::test(start_paused = true)]
async fn a_chain_of_a_hundred_asks_ends_with_its_first_asker() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    for hop in 0..100_u64 {
        let asks = does(move |ctx, number| {
            Box::pin(async move {
                sleep(Duration::from_millis(5)).await;
                let next = format!("hop {}", hop + 1);
                let answer: u64 = ctx.ask(next, number).await?;
                ctx.reply(answer).await
            })
        });
        ctx.start_worker(format!("hop {hop}"), asks).await?;
    }
    let last = does(|ctx, _| {
        Box::pin(async move {
            let left = ctx.time_left();
            ctx.cancelled().await;
            ctx.send_message("app", left).await
        })
    });
    ctx.start_worker("hop 100", last).await?;
    let begin = Instant::now();
    let asked = ctx.ask_timeout::<u64>("hop 0", 1_u64, SECOND * 2).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::TimedOut);
    let left = soon(ctx.receive::<Option<Duration>>()).await?.into_body();
    let left = left.expect("it was asked");
    assert!(
        left <= SECOND * 2 - SECOND / 2 + slack(SECOND * 2),
        "{left:?}"
    );
    assert!(begin.elapsed() <= SECOND * 2 + slack(SECOND * 2) * 2);
    ctx.stop().await
}
