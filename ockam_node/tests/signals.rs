//! What a worker is told of messages that were not delivered, as a transport reports it.

use std::thread;
use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result, Worker};
use ockam_node::transport::Gateway;
use ockam_node::{Context, NodeBuilder, WorkerBuilder};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// Longer than any of this takes.
const LIMIT: Duration = Duration::from_secs(60);

/// What happened to a [`Told`] worker.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Event {
    Begun(u64),
    Undelivered(u64),
    Shutdown,
}

use Event::{Begun, Shutdown, Undelivered};

struct Told(UnboundedSender<Event>);

impl Worker for Told {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: u64) -> Result<()> {
        self.0.send(Begun(msg))?;
        if msg % 7 == 0 {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn undelivered(&mut self, _ctx: &mut Context, failure: Error) -> Result<()> {
        let number: u64 = failure.to_string().parse()?;
        self.0.send(Undelivered(number))?;
        if number % 5 == 0 {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.0.send(Shutdown)?;
        Ok(())
    }
}

fn failure(number: u64) -> Error {
    Error::new(ErrorKind::OutcomeUnknown, number.to_string())
}

/// The worker runs on one thread, and another one sends and reports: each failure keeps its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_keep_their_places_among_messages_of_another_thread() -> Result<()> {
    const MESSAGES: u64 = 20_000;
    let ctx = NodeBuilder::new().start().await?;
    let (events, mut seen) = unbounded_channel();
    let told = WorkerBuilder::new("told", Told(events)).mailbox_capacity(16);
    let handle = told.start(&ctx).await?;
    let gateway = Gateway::new(&ctx);
    let sending = thread::spawn(move || -> Result<()> {
        for number in 0..MESSAGES {
            handle.blocking_send(number)?;
            if number % 3 == 0 {
                gateway.report(handle.address(), failure(number), 1 + number % 2);
            }
        }
        Ok(())
    });
    for number in 0..MESSAGES {
        let mut expected = vec![Begun(number)];
        if number % 3 == 0 {
            expected.extend(vec![Undelivered(number); 1 + (number % 2) as usize]);
        }
        for event in expected {
            assert_eq!(timeout(LIMIT, seen.recv()).await?, Some(event));
        }
    }
    sending.join().expect("it does not panic")?;
    ctx.stop().await
}

/// Whatever a worker is not told any more is counted, however close to its end it is reported.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_that_comes_with_the_end_is_told_or_counted() -> Result<()> {
    const ROUNDS: u64 = 2_000;
    let ctx = NodeBuilder::new().start().await?;
    let (events, mut seen) = unbounded_channel();
    for round in 0..ROUNDS {
        let handle = ctx.start_worker("told", Told(events.clone())).await?;
        let gateway = Gateway::new(&ctx);
        let reporting = tokio::task::spawn_blocking(move || {
            for number in 0..4 {
                gateway.report(&"told".into(), failure(number), 1);
            }
        });
        if round % 2 == 0 {
            timeout(LIMIT, handle.stop()).await??;
        } else {
            timeout(LIMIT, ctx.kill_worker("told")).await??;
        }
        timeout(LIMIT, reporting).await??;
    }
    drop(events);
    let mut told = 0;
    while let Ok(event) = seen.try_recv() {
        told += u64::from(matches!(event, Undelivered(_)));
    }
    assert_eq!(told + ctx.dead_letters(), 4 * ROUNDS);
    ctx.stop().await
}

/// Panics, or never comes to an end, when it is told of a failure.
struct Deaf {
    panics: bool,
}

impl Worker for Deaf {
    type Message = u64;
    type Context = Context;

    async fn undelivered(&mut self, _ctx: &mut Context, _failure: Error) -> Result<()> {
        match self.panics {
            true => panic!("no bad news"),
            false => std::future::pending().await,
        }
    }
}

/// The worker has taken the first failure, and the others are lost with it.
#[tokio::test(start_paused = true)]
async fn a_worker_that_ends_as_it_is_told_leaves_what_it_was_not_told_to_be_counted() -> Result<()>
{
    let ctx = NodeBuilder::new().start().await?;
    let gateway = Gateway::new(&ctx);
    for (lost_before, panics) in [(0, true), (2, false)] {
        let handle = ctx.start_worker("deaf", Deaf { panics }).await?;
        gateway.report(handle.address(), failure(1), 1);
        gateway.report(handle.address(), failure(2), 2);
        let stopped = timeout(LIMIT, handle.stop()).await?;
        assert_eq!(stopped.is_ok(), panics);
        assert_eq!(ctx.dead_letters(), lost_before + 2);
        assert!(ctx.list_workers().is_empty());
    }
    gateway.report(&"deaf".into(), failure(3), 3);
    assert_eq!(ctx.dead_letters(), 7, "nobody is there");
    ctx.stop().await
}
