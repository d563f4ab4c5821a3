//! Workers without messages.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{self, Poll, Waker};
use std::thread;

use ockam::{Context, Error, ErrorKind, NodeBuilder, Result, Sender, Worker, async_worker};
use ockam_contract::hush::hush;
use ockam_contract::pace::{poll_once, soon};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::Id;

/// Reports the task in which it is dropped.
struct Idle(UnboundedSender<Option<Id>>);

#[async_worker]
impl Worker for Idle {
    type Message = u64;
}

impl Drop for Idle {
    fn drop(&mut self) {
        let _ = self.0.send(tokio::task::try_id());
    }
}

#[tokio::test]
async fn it_is_dropped_before_its_stop_is_done() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    let handle = ctx.start_worker("idle", Idle(told)).await?;

    soon(ctx.stop_worker("idle")).await?;
    let task = tells.try_recv().expect("it has been dropped");
    assert!(task.is_some() && task != tokio::task::try_id(), "its own");
    assert_eq!(ctx.list_workers(), [""; 0]);
    assert_eq!(handle.try_send(1).unwrap_err().kind(), ErrorKind::Stopped);
    handle.stop().await
}

/// Reports the task of its `shutdown`.
struct Leaving(UnboundedSender<Option<Id>>);

#[async_worker]
impl Worker for Leaving {
    type Message = u64;

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        let _ = self.0.send(tokio::task::try_id());
        Ok(())
    }
}

#[tokio::test]
async fn its_shutdown_has_a_task_of_its_own() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (told, mut tells) = unbounded_channel();
    for stop_all in [false, true] {
        let handle = ctx.start_worker("leaving", Leaving(told.clone())).await?;
        let mut stop = Box::pin(async {
            match stop_all {
                false => handle.stop().await,
                true => ctx.stop().await,
            }
        });
        assert!(poll_once(&mut stop).await.is_pending());
        let task = soon(tells.recv()).await.flatten();
        assert!(task.is_some() && task != tokio::task::try_id());
        soon(stop).await?;
    }
    Ok(())
}

struct Nervous;

#[async_worker]
impl Worker for Nervous {
    type Message = u64;
}

impl Drop for Nervous {
    fn drop(&mut self) {
        std::panic::panic_any("on purpose");
    }
}

#[ockam::test(allow(failures))]
async fn a_drop_that_panics_ends_no_more_than_this_worker(ctx: Context) -> Result<()> {
    hush();
    ctx.start_worker("nervous", Nervous).await?;
    ctx.stop_worker("nervous").await?;
    assert_eq!(ctx.list_workers(), [""; 0]);
    ctx.start_worker("nervous", Nervous).await?;
    ctx.kill_worker("nervous").await
}

/// Spawns a task that outlives it and reports that.
struct Spawning(UnboundedSender<()>);

#[async_worker]
impl Worker for Spawning {
    type Message = u64;
}

impl Drop for Spawning {
    fn drop(&mut self) {
        let told = self.0.clone();
        tokio::spawn(async move { told.send(()) });
    }
}

#[test]
fn its_drop_finds_the_runtime_from_wherever_it_is_stopped() -> Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let (told, mut tells) = unbounded_channel();
    let ctx = runtime.block_on(async {
        let ctx = NodeBuilder::new().start().await?;
        ctx.start_worker("spawning", Spawning(told)).await?;
        Ok::<_, Error>(ctx)
    })?;
    let mut nobody = task::Context::from_waker(Waker::noop());
    // This is called outside the runtime.
    let mut stop = pin!(ctx.stop_worker("spawning"));
    let polled = stop.as_mut().poll(&mut nobody);
    assert_eq!(runtime.block_on(tells.recv()), Some(()));
    match polled {
        // A thread of the runtime was faster.
        Poll::Ready(stopped) => stopped,
        Poll::Pending => runtime.block_on(stop),
    }
}

struct Counter(Arc<AtomicU64>);

#[async_worker]
impl Worker for Counter {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Sends a message in each round, a little later or earlier than in the round before. Returns the
/// number of accepted messages.
fn send_in_each(rounds: u64, round: &Round, sender: &Sender) -> u64 {
    let mut accepted = 0;
    for number in 1..=rounds {
        round.wait_for(number);
        spin(number % 64 * 8);
        accepted += u64::from(sender.try_send("counter", number).is_ok());
        round.sent.store(number, Ordering::Release);
    }
    accepted
}

/// A barrier for two threads.
#[derive(Default)]
struct Round {
    begun: AtomicU64,
    sent: AtomicU64,
}

impl Round {
    fn wait_for(&self, number: u64) {
        while self.begun.load(Ordering::Acquire) < number {
            thread::yield_now();
        }
    }

    fn wait_for_sent(&self, number: u64) {
        while self.sent.load(Ordering::Acquire) < number {
            thread::yield_now();
        }
    }
}

fn spin(times: u64) {
    (0..times).for_each(|_| std::hint::spin_loop());
}

/// The first message comes at different moments of a start and a stop.
#[ockam::test(worker_threads = 2)]
async fn what_is_accepted_meanwhile_is_handled(ctx: Context) -> Result<()> {
    const ROUNDS: u64 = 4_096;
    let (round, sender) = (Arc::new(Round::default()), ctx.sender());
    let shared = round.clone();
    let sending = thread::spawn(move || send_in_each(ROUNDS, &shared, &sender));
    let handled = Arc::new(AtomicU64::new(0));
    for number in 1..=ROUNDS {
        round.begun.store(number, Ordering::Release);
        let handle = ctx
            .start_worker("counter", Counter(handled.clone()))
            .await?;
        spin(number / 64 % 64 * 8);
        soon(handle.stop()).await?;
        round.wait_for_sent(number);
    }
    let accepted = sending.join().expect("it has not panicked");
    assert_eq!(handled.load(Ordering::Relaxed), accepted);
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}
