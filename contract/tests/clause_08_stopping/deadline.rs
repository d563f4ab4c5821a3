//! The deadline of a stop: the handler is dropped, and the remaining messages are counted and reported.

use std::future::pending;
use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{poll_once, soon};
use tokio::join;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn a_handler_that_goes_on_is_dropped_at_the_deadline() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (worker, mut gate) = gated();
    let handle = ctx.start_worker("worker", worker).await?;
    for message in 1..=3 {
        handle.send(message).await?;
    }
    assert_eq!(gate.next().await, Event::Begun(1));

    let before = Instant::now();
    let stopped = soon(ctx.stop_worker("worker")).await.unwrap_err();
    assert_eq!(
        before.elapsed().as_secs(),
        10,
        "the default deadline of a stop"
    );
    assert_eq!(stopped.kind(), ErrorKind::TimedOut);
    assert!(stopped.to_string().contains("0#worker"), "{stopped}");
    assert_eq!(gate.so_far(), [Event::Cancelled(1), Event::Dropped]);
    assert_eq!(ctx.dead_letters(), 2, "what was queued");
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

/// Takes three seconds for each message, and a given time for its `shutdown`.
struct Slow {
    told: UnboundedSender<&'static str>,
    leaves: bool,
}

impl Worker for Slow {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        sleep(Duration::from_secs(3)).await;
        let _ = self.told.send("handled");
        ctx.reply(msg).await
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        let _ = self.told.send("leaves");
        if !self.leaves {
            pending::<()>().await;
        }
        let _ = self.told.send("left");
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn one_deadline_covers_all_that_is_queued() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let handle = ctx
        .start_worker("slow", Slow { told, leaves: true })
        .await?;
    let mut asks: Vec<_> = (1..=5)
        .map(|message| Box::pin(handle.ask::<u64>(message)))
        .collect();
    for ask in &mut asks {
        assert!(poll_once(ask).await.is_pending());
    }

    let before = Instant::now();
    assert_eq!(
        soon(handle.stop()).await.unwrap_err().kind(),
        ErrorKind::TimedOut
    );
    assert_eq!(before.elapsed().as_secs(), 10);
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(soon(ask).await.map_err(|error| error.kind()));
    }
    // Three messages were handled, one was dropped at its `.await`, and one was not begun.
    let late = [Err(ErrorKind::NoReply), Err(ErrorKind::Stopped)];
    assert_eq!(answers, [&[Ok(1), Ok(2), Ok(3)][..], &late].concat());
    assert_eq!(ctx.dead_letters(), 1);
    for _ in 0..3 {
        assert_eq!(tells.try_recv(), Ok("handled"));
    }
    assert!(tells.try_recv().is_err(), "no shutdown after the deadline");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_shutdown_as_well() -> Result<()> {
    let timeout = Duration::from_secs(4);
    let ctx = NodeBuilder::new().stop_timeout(timeout).start().await?;
    let (told, mut tells) = unbounded_channel();
    let handle = ctx
        .start_worker(
            "slow",
            Slow {
                told,
                leaves: false,
            },
        )
        .await?;
    handle.send(1).await?;

    let before = Instant::now();
    assert_eq!(
        soon(handle.stop()).await.unwrap_err().kind(),
        ErrorKind::TimedOut
    );
    assert_eq!(before.elapsed().as_secs(), 4, "it is a setting of the node");
    assert_eq!(tells.recv().await, Some("handled"));
    assert_eq!(tells.recv().await, Some("leaves"));
    assert_eq!(tells.recv().await, None, "it was dropped there");
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_time_does_not_wait_for_its_deadline() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let handle = ctx
        .start_worker("slow", Slow { told, leaves: true })
        .await?;
    for message in 1..=3 {
        handle.send(message).await?;
    }
    let before = Instant::now();
    soon(handle.stop()).await?;
    assert_eq!(before.elapsed().as_secs(), 9);
    let mut all = Vec::new();
    while let Some(told) = tells.recv().await {
        all.push(told);
    }
    assert_eq!(all, ["handled", "handled", "handled", "leaves", "left"]);
    Ok(())
}

/// Its `initialize` never ends.
struct NeverReady;

impl Worker for NeverReady {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_an_initialize_that_goes_on() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let mut start = Box::pin(ctx.start_worker("worker", NeverReady));
    assert!(poll_once(&mut start).await.is_pending());
    ctx.send_message("worker", 1_u64).await?;

    let before = Instant::now();
    let (started, stopped) = soon(async { join!(start, ctx.stop_worker("worker")) }).await;
    assert_eq!(started.unwrap_err().kind(), ErrorKind::Stopped);
    assert_eq!(stopped.unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(before.elapsed().as_secs(), 10);
    assert_eq!((ctx.list_workers(), ctx.dead_letters()), (vec![], 1));
    Ok(())
}
