//! The order in which workers stop.

use ockam::{Context, NodeBuilder, Result, Worker};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// Uses the worker that was started before it, also in its `shutdown`.
struct Linked {
    number: u64,
    told: UnboundedSender<u64>,
}

impl Linked {
    fn address(number: u64) -> String {
        format!("worker {number}")
    }
}

impl Worker for Linked {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg + 1).await
    }

    async fn shutdown(&mut self, ctx: &mut Context) -> Result<()> {
        if self.number > 0 {
            let below = Self::address(self.number - 1);
            assert_eq!(ctx.ask::<u64>(below, self.number).await?, self.number + 1);
        }
        let _ = self.told.send(self.number);
        Ok(())
    }
}

#[ockam::test]
async fn the_worker_that_was_started_last_stops_first(ctx: Context) -> Result<()> {
    let (told, mut tells) = unbounded_channel();
    for number in 0..20 {
        let worker = Linked {
            number,
            told: told.clone(),
        };
        ctx.start_worker(Linked::address(number), worker).await?;
    }
    drop(told);
    soon(ctx.stop()).await?;
    let mut order = Vec::new();
    while let Some(number) = tells.recv().await {
        order.push(number);
    }
    assert_eq!(
        order,
        Vec::from_iter((0..20).rev()),
        "each could use what was there before it"
    );
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_goes_on_until_those_that_were_started_after_it_have_stopped() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (first, mut first_gate) = gated();
    let (second, mut second_gate) = gated();
    let first = ctx.start_worker(["first", "alias"], first).await?;
    let second = ctx.start_worker("second", second).await?;
    second.send(1).await?;
    second.send(2).await?;
    assert_eq!(second_gate.next().await, Event::Begun(1));

    let mut stop = Box::pin(ctx.stop());
    assert!(poll_once(&mut stop).await.is_pending());
    at_rest().await;
    first.send(3).await?;
    first_gate.open_for_good();
    at_rest().await;
    assert_eq!(first_gate.so_far(), [Event::Begun(3), Event::Done(3)]);

    second_gate.open_for_good();
    soon(stop).await?;
    let rest = [
        Event::Done(1),
        Event::Begun(2),
        Event::Done(2),
        Event::Shutdown,
        Event::Dropped,
    ];
    assert_eq!(second_gate.so_far(), rest, "what was queued is handled");
    assert_eq!(
        first_gate.so_far(),
        [Event::Shutdown, Event::Dropped],
        "once, by two addresses"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_ask_that_is_under_way_is_answered_before_the_end() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, _tells) = unbounded_channel();
    ctx.start_worker("worker", Linked { number: 0, told })
        .await?;
    let sender = ctx.sender();
    let mut asked = Box::pin(sender.ask::<u64>("worker", 41_u64));
    assert!(poll_once(&mut asked).await.is_pending());
    soon(ctx.stop()).await?;
    assert_eq!(soon(asked).await?, 42);
    Ok(())
}
