//! Why a worker has ended is an event, once for each worker.

use std::fmt;
use std::future::pending;
use std::time::Duration;

use ockam::{Context, Error, ErrorKind, NodeBuilder, Result, Worker, async_worker};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tracing::Level;

use crate::event_log::{EventLog, record};

/// Starts as it is told, and panics or waits when it is sent something.
#[derive(Clone, Copy)]
enum Start {
    Well,
    Fails,
    FailsWithoutWords,
    Panics,
    Never,
    PanicsInDrop,
}

struct Ends(Start);

/// An error that panics when it is printed.
#[derive(Debug)]
struct Wordless;

impl fmt::Display for Wordless {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no words")
    }
}

impl std::error::Error for Wordless {}

#[async_worker]
impl Worker for Ends {
    type Message = String;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        match self.0 {
            Start::Fails => Err(Error::new(ErrorKind::Other, "not today")),
            Start::FailsWithoutWords => Err(Wordless.into()),
            Start::Panics => panic!("stage fright"),
            Start::Never => pending().await,
            Start::Well | Start::PanicsInDrop => Ok(()),
        }
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        match msg.as_str() {
            "panic" => panic!("both hands full"),
            "wait" => pending().await,
            "stop" => ctx.stop_worker("ends").await,
            "stop both" => {
                ctx.stop_worker("ends").await?;
                ctx.stop().await?;
                at_rest().await;
                Ok(())
            }
            "kill" => ctx.kill_worker("ends").await,
            _ => Ok(()),
        }
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        if matches!(self.0, Start::PanicsInDrop) {
            panic!("a bad end");
        }
    }
}

/// Starts a node on this thread, and records all that it says.
async fn node() -> Result<(Context, EventLog, tracing::subscriber::DefaultGuard)> {
    let (log, guard) = record(Level::DEBUG);
    Ok((NodeBuilder::new().start().await?, log, guard))
}

/// Returns why workers have ended at the address, since this was called last.
async fn ends(log: &EventLog) -> Vec<String> {
    at_rest().await;
    let entries = log.of_the_node().into_iter();
    let entries = entries.filter(|entry| {
        entry.target == "ockam_node"
            && entry.level == Level::DEBUG
            && entry.fields.get("address").is_some_and(|it| it == "0#ends")
    });
    let ends =
        entries.filter_map(|entry| Some(entry.message().strip_prefix("ended: ")?.to_owned()));
    ends.collect()
}

async fn send(ctx: &Context, what: &str) -> Result<()> {
    ctx.send_message("ends", what.to_owned()).await
}

async fn start(ctx: &Context, how: Start) -> Result<()> {
    ctx.start_worker("ends", Ends(how)).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_was_stopped_has_stopped() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    start(&ctx, Start::Well).await?;
    assert_eq!(ends(&log).await, [""; 0]);
    soon(ctx.stop_worker("ends")).await?;
    assert_eq!(ends(&log).await, ["stopped"]);

    start(&ctx, Start::Well).await?;
    send(&ctx, "stop").await?;
    assert_eq!(ends(&log).await, ["stopped"], "by itself");

    start(&ctx, Start::Well).await?;
    send(&ctx, "wait").await?;
    at_rest().await;
    let mut stop = Box::pin(ctx.stop_worker("ends"));
    assert!(poll_once(&mut stop).await.is_pending());
    let killed = soon(ctx.kill_worker("ends")).await;
    assert!(killed.is_ok(), "{killed:?}");
    soon(stop).await?;
    assert_eq!(ends(&log).await, ["killed"], "a kill cuts a stop short");

    start(&ctx, Start::Well).await?;
    send(&ctx, "wait").await?;
    assert!(soon(ctx.stop_worker("ends")).await.is_err());
    assert_eq!(ends(&log).await, ["killed"], "the stop took too long");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_was_killed_was_killed() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    for message in ["", "wait"] {
        start(&ctx, Start::Well).await?;
        send(&ctx, message).await?;
        at_rest().await;
        soon(ctx.kill_worker("ends")).await?;
        assert_eq!(ends(&log).await, ["killed"], "{message}");
    }
    start(&ctx, Start::Well).await?;
    send(&ctx, "kill").await?;
    assert_eq!(ends(&log).await, ["killed"], "by itself");

    let mut starting = Box::pin(start(&ctx, Start::Never));
    assert!(poll_once(&mut starting).await.is_pending());
    let kill = ctx.kill_worker("ends");
    let (started, killed) = soon(async { tokio::join!(starting, kill) }).await;
    assert_eq!(started.unwrap_err().kind(), ErrorKind::Stopped);
    killed?;
    assert_eq!(ends(&log).await, ["killed"], "while it started");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_failed_to_start_says_why() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    assert!(start(&ctx, Start::Fails).await.is_err());
    assert_eq!(ends(&log).await, ["failed to start: not today"]);
    assert!(start(&ctx, Start::FailsWithoutWords).await.is_err());
    assert_eq!(ends(&log).await, ["failed to start: no words"]);
    assert!(start(&ctx, Start::Panics).await.is_err());
    let told = ends(&log).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("failed to start: ") && told[0].contains("stage fright"));
    assert!(soon(start(&ctx, Start::Never)).await.is_err());
    let told = ends(&log).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("failed to start: ") && told[0].contains("30s"));

    // Somebody asks for the stop of one that then fails.
    let mut starting = Box::pin(start(&ctx, Start::Never));
    assert!(poll_once(&mut starting).await.is_pending());
    let mut stop = Box::pin(ctx.stop_worker("ends"));
    assert!(poll_once(&mut stop).await.is_pending());
    drop(starting);
    soon(stop).await?;
    assert_eq!(ends(&log).await, ["stopped"], "its start was dropped");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_address_is_taken_has_failed_to_start() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    start(&ctx, Start::Well).await?;
    let error = start(&ctx, Start::Well).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressTaken);
    assert_eq!(ends(&log).await, ["failed to start: 0#ends is taken"]);
    soon(ctx.stop_worker("ends")).await?;
    assert_eq!(ends(&log).await, ["stopped"], "who has it lived on");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_panicked_says_with_what() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    start(&ctx, Start::Well).await?;
    send(&ctx, "panic").await?;
    assert_eq!(ends(&log).await, ["panicked: both hands full"]);

    start(&ctx, Start::PanicsInDrop).await?;
    soon(ctx.stop_worker("ends")).await?;
    assert_eq!(
        ends(&log).await,
        ["panicked: a bad end"],
        "while it stopped"
    );

    start(&ctx, Start::Well).await?;
    send(&ctx, "wait").await?;
    send(&ctx, "panic").await?;
    assert!(soon(ctx.stop_worker("ends")).await.is_err());
    assert_eq!(ends(&log).await, ["killed"], "it did not come to the panic");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_node_stopped_ended_with_it() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    start(&ctx, Start::Well).await?;
    soon(ctx.stop()).await?;
    assert_eq!(ends(&log).await, ["the node stopped"]);

    let (ctx, log, _guard) = node().await?;
    start(&ctx, Start::Well).await?;
    send(&ctx, "wait").await?;
    soon(ctx.stop()).await?;
    assert_eq!(ends(&log).await, ["killed"], "it did not stop in time");

    let (ctx, log, _guard) = node().await?;
    start(&ctx, Start::Well).await?;
    send(&ctx, "stop both").await?;
    at_rest().await;
    assert_eq!(
        ends(&log).await,
        ["stopped"],
        "it asked for its own stop first"
    );

    let (ctx, log, _guard) = node().await?;
    start(&ctx, Start::Well).await?;
    send(&ctx, "panic").await?;
    soon(ctx.stop()).await?;
    assert_eq!(ends(&log).await, ["panicked: both hands full"]);
    Ok(())
}

#[test]
fn a_worker_whose_runtime_is_dropped_ended_with_its_node() -> Result<()> {
    let (log, _guard) = record(Level::DEBUG);
    let reasons = || {
        let ends = log.of_the_node().into_iter().filter_map(|entry| {
            let is_worker = entry.fields.get("address").is_some_and(|it| it == "0#ends");
            let reason = entry.message().strip_prefix("ended: ")?.to_owned();
            is_worker.then_some(reason)
        });
        ends.collect::<Vec<_>>()
    };
    for message in [None, Some("wait")] {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build()?;
        let ctx = runtime.block_on(async {
            let ctx = NodeBuilder::new().start().await?;
            start(&ctx, Start::Well).await?;
            if let Some(message) = message {
                send(&ctx, message).await?;
                tokio::task::yield_now().await;
            }
            Ok::<_, Error>(ctx)
        })?;
        drop(runtime);
        assert_eq!(reasons(), ["the node stopped"], "a runtime of the program");
        drop(ctx);

        let builder = NodeBuilder::new().current_thread();
        let (ctx, mut executor) = builder.stop_timeout(Duration::ZERO).build()?;
        let ctx = executor.execute(async move {
            start(&ctx, Start::Well).await?;
            if let Some(message) = message {
                send(&ctx, message).await?;
            }
            Err::<Context, _>(Error::new(ErrorKind::Other, "on purpose"))
        });
        assert!(ctx.is_err());
        drop(executor);
        assert_eq!(reasons().len(), 1, "the executor of the node");
    }
    Ok(())
}
