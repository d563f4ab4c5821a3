//! Workers that stop each other.

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Routed, Worker};
use ockam_contract::pace::{at_rest, soon};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

type Told = UnboundedSender<(&'static str, Result<(), ErrorKind>)>;

/// Stops the sender of its message.
struct StopsItsSender(Told);

impl Worker for StopsItsSender {
    type Message = u64;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        let sender = msg.sender().cloned().expect("the sender has an address");
        let stopped = ctx.stop_worker(sender).await;
        let _ = self
            .0
            .send(("stopper", stopped.map_err(|error| error.kind())));
        Ok(())
    }
}

/// Forwards numbers to another worker.
struct PassesOn(&'static str);

impl Worker for PassesOn {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.send_message(self.0, msg).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_stops_its_sender() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    ctx.start_worker("stopper", StopsItsSender(told)).await?;
    ctx.start_worker("sender", PassesOn("stopper")).await?;
    ctx.send_message("sender", 7_u64).await?;
    assert_eq!(soon(tells.recv()).await, Some(("stopper", Ok(()))));
    assert_eq!(ctx.list_workers(), ["stopper"]);
    Ok(())
}

/// Stops another worker in its handler, and waits for that.
struct Stops {
    other: &'static str,
    told: Told,
}

impl Worker for Stops {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: u64) -> Result<()> {
        tokio::task::yield_now().await;
        let stopped = ctx.stop_worker(self.other).await;
        let _ = self
            .told
            .send((self.other, stopped.map_err(|error| error.kind())));
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn two_workers_that_wait_for_each_others_stop_end_at_its_deadline() -> Result<()> {
    let ctx = NodeBuilder::new()
        .stop_timeout(Duration::from_secs(5))
        .start()
        .await?;
    let (told, mut tells) = unbounded_channel();
    let first = Stops {
        other: "second",
        told: told.clone(),
    };
    ctx.start_worker("first", first).await?;
    ctx.start_worker(
        "second",
        Stops {
            other: "first",
            told,
        },
    )
    .await?;
    let before = Instant::now();
    ctx.send_message("first", 1_u64).await?;
    ctx.send_message("second", 2_u64).await?;

    // At least one handler is dropped. The other stop may then succeed.
    while let Some((_, stopped)) = soon(tells.recv()).await {
        assert!(
            matches!(stopped, Ok(()) | Err(ErrorKind::TimedOut)),
            "{stopped:?}"
        );
    }
    assert_eq!(before.elapsed().as_secs(), 5);
    at_rest().await;
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

/// Asks another worker, and reports the result.
struct Asks {
    other: &'static str,
    told: Told,
}

impl Worker for Asks {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let asked = ctx.ask::<u64>(self.other, msg).await;
        let _ = self
            .told
            .send(("asker", asked.map(|_| ()).map_err(|error| error.kind())));
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_stops_its_own_asker_costs_the_asker_its_life_and_no_one_else() -> Result<()>
{
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    ctx.start_worker(
        "asked",
        Stops {
            other: "asker",
            told: told.clone(),
        },
    )
    .await?;
    ctx.start_worker(
        "asker",
        Asks {
            other: "asked",
            told,
        },
    )
    .await?;
    let before = Instant::now();
    ctx.send_message("asker", 1_u64).await?;

    assert_eq!(
        soon(tells.recv()).await,
        Some(("asker", Err(ErrorKind::TimedOut)))
    );
    assert_eq!(before.elapsed().as_secs(), 10, "the deadline of a stop");
    assert_eq!(ctx.list_workers(), ["asked"]);
    Ok(())
}
