//! A worker hears of its stop while its mailbox is open, so that what is under way still reaches it.

use std::future::pending;
use std::time::Duration;

use ockam::{Context, DownReason, ErrorKind, NodeBuilder, Result, Sender, Worker};
use ockam_contract::pace::{at_rest, poll_once, soon};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Hands work to tasks that send their results to it, and passes on what it has got in the end.
struct Dispatcher {
    running: u64,
    results: Vec<u64>,
    done: UnboundedSender<Vec<u64>>,
}

impl Dispatcher {
    fn new() -> (Self, UnboundedReceiver<Vec<u64>>) {
        let (done, receiver) = unbounded_channel();
        let (running, results) = (0, Vec::new());
        let dispatcher = Self {
            running,
            results,
            done,
        };
        (dispatcher, receiver)
    }
}

const RESULT: u64 = 1_000;

async fn work(sender: Sender, job: u64) {
    tokio::time::sleep(Duration::from_millis(job % 3)).await;
    let result = sender.send_message("dispatcher", RESULT + job).await;
    result.expect("the dispatcher waits for it");
}

impl Worker for Dispatcher {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        if msg >= RESULT {
            self.running -= 1;
            self.results.push(msg - RESULT);
            return Ok(());
        }
        self.running += 1;
        tokio::spawn(work(ctx.sender(), msg));
        Ok(())
    }

    async fn stopping(&mut self, ctx: &mut Context) -> Result<()> {
        assert!(ctx.is_stopping());
        while self.running > 0 {
            let result = ctx.receive_matching::<u64>(|it| *it >= RESULT).await?;
            self.handle_message(ctx, result.into_body()).await?;
        }
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.done.send(std::mem::take(&mut self.results))?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn finished_work_reaches_a_dispatcher_that_stops() -> Result<()> {
    for round in 0..200 {
        let ctx = NodeBuilder::new().start().await?;
        let (dispatcher, mut done) = Dispatcher::new();
        let handle = ctx.start_worker("dispatcher", dispatcher).await?;
        for job in 0..20 {
            handle.send(job).await?;
        }
        // Nobody answers. When this has ended, all jobs have been handed out.
        let unanswered = handle.ask::<()>(20).await;
        assert_eq!(unanswered.unwrap_err().kind(), ErrorKind::NoReply);
        match round % 2 {
            0 => handle.stop().await?,
            _ => ctx.stop().await?,
        }
        let mut results = done.recv().await.expect("it shuts down");
        results.sort_unstable();
        assert_eq!(results, (0..=20).collect::<Vec<_>>(), "round {round}");
        assert_eq!(ctx.dead_letters(), 0);
        ctx.stop().await?;
    }
    Ok(())
}

/// Notes what it is called for, and does as it is told when it hears of its stop.
struct Noting {
    name: &'static str,
    when_it_stops: &'static str,
    notes: UnboundedSender<String>,
}

impl Noting {
    fn note(&self, what: &str) {
        // This fails if the test no longer reads.
        let _ = self.notes.send(format!("{} {what}", self.name));
    }
}

impl Worker for Noting {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        if msg == 0 {
            while !ctx.is_stopping() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        self.note(&msg.to_string());
        Ok(())
    }

    async fn stopping(&mut self, ctx: &mut Context) -> Result<()> {
        self.note("hears");
        match self.when_it_stops {
            "fails" => Err(ockam::Error::new(ErrorKind::Other, "no time")),
            "panics" => panic!("on purpose"),
            "hangs" => pending().await,
            "asks" => ctx.ask::<u64>("first", 9_u64).await.map(drop).or(Ok(())),
            _ => Ok(()),
        }
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.note("shuts down");
        Ok(())
    }
}

async fn noting(
    ctx: &Context,
    name: &'static str,
    when_it_stops: &'static str,
    notes: &UnboundedSender<String>,
) -> Result<()> {
    let notes = notes.clone();
    let worker = Noting {
        name,
        when_it_stops,
        notes,
    };
    ctx.start_worker(name, worker).await.map(drop)
}

fn noted(notes: &mut UnboundedReceiver<String>) -> Vec<String> {
    std::iter::from_fn(|| notes.try_recv().ok()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_heard_before_what_is_queued_and_by_a_handler_that_looks() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (sender, mut notes) = unbounded_channel();
    noting(&ctx, "worker", "", &sender).await?;
    ctx.send_message("worker", 0_u64).await?;
    ctx.send_message("worker", 1_u64).await?;
    at_rest().await;
    soon(ctx.stop_worker("worker")).await?;
    let expected = ["worker 0", "worker hears", "worker 1", "worker shuts down"];
    assert_eq!(noted(&mut notes), expected);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn those_who_were_started_first_hear_first_and_stop_last() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (sender, mut notes) = unbounded_channel();
    for name in ["first", "second", "third"] {
        let when_it_stops = if name == "third" { "asks" } else { "" };
        noting(&ctx, name, when_it_stops, &sender).await?;
    }
    ctx.stop().await?;
    let noted = noted(&mut notes);
    let hears: Vec<_> = noted.iter().filter(|it| it.ends_with("hears")).collect();
    assert_eq!(hears, ["first hears", "second hears", "third hears"]);
    let ends: Vec<_> = noted.iter().filter(|it| it.ends_with("down")).collect();
    assert_eq!(
        ends,
        ["third shuts down", "second shuts down", "first shuts down"]
    );
    assert!(
        noted.contains(&"first 9".to_owned()),
        "it was asked while it was open: {noted:?}"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_in_stopping_ends_that_worker_alone() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (sender, mut notes) = unbounded_channel();
    noting(&ctx, "fails", "fails", &sender).await?;
    soon(ctx.stop_worker("fails")).await?;
    assert_eq!(noted(&mut notes), ["fails hears", "fails shuts down"]);

    noting(&ctx, "panics", "panics", &sender).await?;
    let ended = ctx.sender().ended("panics");
    soon(ctx.stop_worker("panics")).await?;
    let reason = DownReason::Panicked("on purpose".to_string());
    assert_eq!(soon(ended).await.reason(), &reason);
    assert_eq!(noted(&mut notes), ["panics hears"]);

    noting(&ctx, "hangs", "hangs", &sender).await?;
    let stopped = ctx.stop_worker("hangs").await;
    assert_eq!(stopped.unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(noted(&mut notes), ["hangs hears"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stop_asked_for_twice_is_heard_once() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (sender, mut notes) = unbounded_channel();
    noting(&ctx, "worker", "", &sender).await?;
    ctx.send_message("worker", 0_u64).await?;
    at_rest().await;
    let mut one = Box::pin(ctx.stop_worker("worker"));
    assert!(poll_once(&mut one).await.is_pending());
    soon(ctx.stop_worker("worker")).await?;
    soon(one).await?;
    assert_eq!(
        noted(&mut notes),
        ["worker 0", "worker hears", "worker shuts down"]
    );
    Ok(())
}
