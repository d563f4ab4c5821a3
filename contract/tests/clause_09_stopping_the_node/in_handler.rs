//! A stop of the node that a worker requests.

use ockam::{Context, NodeBuilder, Result, Worker};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::soon;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

/// The place where a worker stops its node, and the context that it uses.
#[derive(Clone, Copy, PartialEq, Debug)]
enum When {
    Initialize,
    Handler,
    HandlerThroughAnotherContext,
    Shutdown,
}

/// Stops its node, and reports that it goes on.
struct Stopper {
    when: When,
    told: UnboundedSender<&'static str>,
}

impl Stopper {
    async fn stop(&self, when: When, ctx: &Context) -> Result<()> {
        if self.when == When::HandlerThroughAnotherContext && when == When::Handler {
            ctx.open("another")?.stop().await?;
        } else if self.when == when {
            ctx.stop().await?;
        }
        assert!(
            ctx.stop_report().is_none(),
            "it can't have stopped: {when:?}"
        );
        Ok(())
    }

    fn tell(&self, what: &'static str) {
        let _ = self.told.send(what);
    }
}

impl Worker for Stopper {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        self.stop(When::Initialize, ctx).await?;
        self.tell("initialized");
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        if msg == 1 {
            self.stop(When::Handler, ctx).await?;
        }
        self.tell("handled");
        Ok(())
    }

    async fn shutdown(&mut self, ctx: &mut Context) -> Result<()> {
        self.stop(When::Shutdown, ctx).await?;
        self.tell("shut down");
        Ok(())
    }
}

/// Starts such a worker and another one, and returns the events up to the end of the node.
async fn stopped_by_a_worker(when: When) -> Result<Vec<&'static str>> {
    let mut ctx = NodeBuilder::new().start().await?;
    let (other, mut gate) = gated();
    ctx.start_worker("other", other).await?;
    let (told, mut tells) = unbounded_channel();
    let before = Instant::now();
    let handle = ctx.start_worker("stopper", Stopper { when, told }).await?;
    if when != When::Initialize {
        handle.send(1).await?;
        handle.send(2).await?;
    }
    if when == When::Shutdown {
        handle.stop().await?;
    }
    assert!(soon(ctx.receive::<u64>()).await.is_err(), "app is closed");
    assert_eq!(
        gate.until_dropped().await,
        [Event::Shutdown, Event::Dropped]
    );
    let mut all = Vec::new();
    while let Some(told) = soon(tells.recv()).await {
        all.push(told);
    }
    assert_eq!(before.elapsed().as_secs(), 0, "nothing waited for itself");
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(all)
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_stops_the_node_goes_on_and_so_does_its_mailbox() -> Result<()> {
    let all = ["initialized", "handled", "handled", "shut down"];
    for when in [
        When::Handler,
        When::HandlerThroughAnotherContext,
        When::Shutdown,
    ] {
        assert_eq!(stopped_by_a_worker(when).await?, all, "{when:?}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_initialize_may_stop_the_node() -> Result<()> {
    assert_eq!(
        stopped_by_a_worker(When::Initialize).await?,
        ["initialized", "shut down"]
    );
    Ok(())
}
