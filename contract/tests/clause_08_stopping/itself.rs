//! A worker that stops or kills itself: a request, not a wait.

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, WorkerHandle};
use ockam_contract::pace::soon;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

/// The way in which a worker ends itself.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Way {
    StopByAddress,
    StopBySecondAddress,
    StopByHandle,
    Kill,
}

/// Ends itself with its first message, and reports its events.
struct Quitter {
    way: Way,
    told: UnboundedSender<&'static str>,
    handle: Option<WorkerHandle<QuitterMessage>>,
}

enum QuitterMessage {
    Know(WorkerHandle<QuitterMessage>),
    Quit,
    Next,
}

impl ockam::Message for QuitterMessage {}

impl Worker for Quitter {
    type Message = QuitterMessage;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: QuitterMessage) -> Result<()> {
        match msg {
            QuitterMessage::Know(handle) => self.handle = Some(handle),
            QuitterMessage::Quit => self.quit(ctx).await?,
            QuitterMessage::Next => self.tell("next"),
        }
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.tell("shutdown");
        Ok(())
    }
}

impl Quitter {
    fn tell(&self, what: &'static str) {
        let _ = self.told.send(what);
    }

    async fn quit(&self, ctx: &Context) -> Result<()> {
        self.tell("quit");
        match (self.way, &self.handle) {
            (Way::StopByAddress, _) => ctx.stop_worker("quitter").await?,
            (Way::StopBySecondAddress, _) => ctx.stop_worker("alias").await?,
            (Way::StopByHandle, Some(handle)) => handle.stop().await?,
            (Way::StopByHandle, None) => unreachable!("it is told its handle first"),
            (Way::Kill, _) => ctx.kill_worker("quitter").await?,
        }
        assert_eq!(ctx.list_workers().len(), 2, "it has not stopped yet");
        tokio::task::yield_now().await;
        self.tell("went on");
        Ok(())
    }
}

/// Starts a worker, lets it end itself with one more message queued, and returns its events.
async fn quit(ctx: &Context, way: Way) -> Result<Vec<&'static str>> {
    let (told, mut tells) = unbounded_channel();
    let worker = Quitter {
        way,
        told,
        handle: None,
    };
    let handle = ctx.start_worker(["quitter", "alias"], worker).await?;
    handle.send(QuitterMessage::Know(handle.clone())).await?;
    handle.send(QuitterMessage::Quit).await?;
    handle.send(QuitterMessage::Next).await?;
    Ok(all(&mut tells).await)
}

/// Collects events until all senders are dropped.
async fn all(tells: &mut UnboundedReceiver<&'static str>) -> Vec<&'static str> {
    let mut all = Vec::new();
    while let Some(told) = soon(tells.recv()).await {
        all.push(told);
    }
    all
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_stops_itself_goes_on_to_the_end_of_its_mailbox() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    for way in [
        Way::StopByAddress,
        Way::StopBySecondAddress,
        Way::StopByHandle,
    ] {
        let before = Instant::now();
        assert_eq!(
            quit(&ctx, way).await?,
            ["quit", "went on", "next", "shutdown"],
            "{way:?}"
        );
        assert_eq!(
            before.elapsed().as_secs(),
            0,
            "it did not wait for itself: {way:?}"
        );
        assert_eq!(ctx.list_workers(), [""; 0]);
    }
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_kills_itself_ends_there() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let before = Instant::now();
    assert_eq!(quit(&ctx, Way::Kill).await?, ["quit"]);
    assert_eq!(before.elapsed().as_secs(), 0);
    assert_eq!(ctx.list_workers(), [""; 0]);
    assert_eq!(ctx.dead_letters(), 1, "the message that was queued");
    Ok(())
}

/// Ends itself in its `initialize`.
struct StillBorn {
    kill: bool,
    told: UnboundedSender<&'static str>,
}

impl Worker for StillBorn {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        if self.kill {
            ctx.kill_worker("still born").await?;
        } else {
            ctx.stop_worker("still born").await?;
        }
        let _ = self.told.send("initialized");
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        let _ = self.told.send("shutdown");
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_stops_itself_in_initialize_is_started_and_stopped() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let before = Instant::now();
    soon(ctx.start_worker("still born", StillBorn { kill: false, told })).await?;
    assert_eq!(all(&mut tells).await, ["initialized", "shutdown"]);
    assert_eq!(before.elapsed().as_secs(), 0, "it did not wait for itself");
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_kills_itself_in_initialize_does_not_start() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let before = Instant::now();
    let started = soon(ctx.start_worker("still born", StillBorn { kill: true, told })).await;
    assert_eq!(started.unwrap_err().kind(), ErrorKind::Stopped);
    assert!(all(&mut tells).await.is_empty());
    assert_eq!(before.elapsed().as_secs(), 0);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}
