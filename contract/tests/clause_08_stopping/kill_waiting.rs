//! A kill ends a worker at every wait.

use ockam::{Context, NodeBuilder, Result, Worker, WorkerBuilder};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, soon};
use tokio::time::Instant;

/// Waits as the message says.
struct Waits;

#[derive(Clone, Copy, Debug, PartialEq)]
enum WaitFor {
    Room,
    Answer,
    Message,
    Stop,
    Start,
}

impl ockam::Message for WaitFor {}

impl Worker for Waits {
    type Message = WaitFor;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: WaitFor) -> Result<()> {
        match msg {
            WaitFor::Room => ctx.send_message("full", 3_u64).await,
            WaitFor::Answer => ctx.ask::<u64>("full", 3_u64).await.map(|_| ()),
            WaitFor::Message => ctx.receive::<WaitFor>().await.map(|_| ()),
            WaitFor::Stop => ctx.stop_worker("full").await,
            WaitFor::Start => ctx.start_worker("never", NeverReady).await.map(|_| ()),
        }
    }
}

/// Its `initialize` never ends.
struct NeverReady;

impl Worker for NeverReady {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        std::future::pending().await
    }
}

async fn is_killed_while_it_waits(wait: WaitFor) -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (full, mut gate) = gated();
    let full = WorkerBuilder::new("full", full)
        .mailbox_capacity(1)
        .start(&ctx)
        .await?;
    full.send(1).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    full.send(2).await?;
    ctx.start_worker("waits", Waits).await?;
    ctx.send_message("waits", wait).await?;
    at_rest().await;

    let before = Instant::now();
    soon(ctx.kill_worker("waits")).await?;
    assert_eq!(before.elapsed().as_secs(), 0, "{wait:?}");
    gate.open_for_good();
    at_rest().await;
    let after = gate.so_far();
    assert!(
        !after.contains(&Event::Begun(3)),
        "what it waited to send was not sent: {after:?}"
    );
    let left = if wait == WaitFor::Stop {
        vec![]
    } else {
        vec!["full"]
    };
    assert_eq!(ctx.list_workers(), left, "{wait:?}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_for_room_is_killed_at_once() -> Result<()> {
    is_killed_while_it_waits(WaitFor::Room).await
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_for_an_answer_is_killed_at_once() -> Result<()> {
    is_killed_while_it_waits(WaitFor::Answer).await
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_in_receive_is_killed_at_once() -> Result<()> {
    is_killed_while_it_waits(WaitFor::Message).await
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_for_a_stop_is_killed_and_the_stop_goes_on() -> Result<()> {
    is_killed_while_it_waits(WaitFor::Stop).await
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_waits_for_a_start_is_killed_and_the_start_is_rolled_back() -> Result<()> {
    is_killed_while_it_waits(WaitFor::Start).await
}
