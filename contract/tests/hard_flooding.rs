//! Two workers that flood each other's full mailboxes. The deadline of a send ends this deadlock, and a
//! stop or a kill of either worker ends it at once (clauses 8 and 11).

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::pace::{at_rest, soon, without_deadlock};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

/// Sends two messages to the other worker for each message, and reports those that could not be sent.
struct Flooder {
    other: &'static str,
    failed: UnboundedSender<(&'static str, ErrorKind, Option<u64>)>,
}

impl Worker for Flooder {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        for _ in 0..2 {
            if let Err(mut error) = ctx.send_message(self.other, msg + 1).await {
                let _ = self.failed.send((self.other, error.kind(), error.take()));
            }
        }
        Ok(())
    }
}

type Failures = UnboundedReceiver<(&'static str, ErrorKind, Option<u64>)>;

/// Starts two workers and lets them flood each other until both wait.
async fn flooded(ctx: &Context) -> Result<Failures> {
    let (failed, failures) = unbounded_channel();
    for (address, other) in [("one", "two"), ("two", "one")] {
        let failed = failed.clone();
        ctx.start_worker(address, Flooder { other, failed }).await?;
    }
    ctx.send_message("one", 1_u64).await?;
    at_rest().await;
    for address in ["one", "two"] {
        let full = ctx.try_send(address, 1_u64);
        assert_eq!(
            full.unwrap_err().kind(),
            ErrorKind::MailboxFull,
            "{address}"
        );
    }
    Ok(failures)
}

async fn node() -> Result<Context> {
    NodeBuilder::new().mailbox_capacity(4).start().await
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_their_sends_gives_the_messages_back() -> Result<()> {
    let ctx = node().await?;
    let before = Instant::now();
    let mut failures = flooded(&ctx).await?;
    let (_, kind, message) = soon(failures.recv()).await.expect("one of them tells");
    assert_eq!((kind, message.is_some()), (ErrorKind::TimedOut, true));
    assert_eq!(before.elapsed().as_secs(), 30);
    // The worker that gave up handles its next message, which lets the other one send.
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(ctx.list_workers().len(), 2);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_stop_of_one_of_them_frees_the_other() -> Result<()> {
    let ctx = node().await?;
    let mut failures = flooded(&ctx).await?;
    let before = Instant::now();
    let stopped = soon(ctx.stop_worker("one")).await;
    let (to, kind, message) = soon(failures.recv()).await.expect("the other one tells");
    assert_eq!(
        (to, kind, message.is_some()),
        ("one", ErrorKind::Stopped, true)
    );
    stopped?;
    assert_eq!(before.elapsed().as_secs(), 0);
    assert_eq!(ctx.list_workers(), ["two"]);
    soon(ctx.stop_worker("two")).await?;
    assert_eq!(ctx.dead_letters(), 0, "all that was queued is handled");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_kill_of_one_of_them_frees_the_other() -> Result<()> {
    let ctx = node().await?;
    let mut failures = flooded(&ctx).await?;
    let before = Instant::now();
    soon(ctx.kill_worker("two")).await?;
    let (to, kind, message) = soon(failures.recv()).await.expect("the other one tells");
    assert_eq!(
        (to, kind, message.is_some()),
        ("two", ErrorKind::Stopped, true)
    );
    soon(ctx.stop_worker("one")).await?;
    assert_eq!(before.elapsed().as_secs(), 0);
    assert_eq!(
        ctx.dead_letters(),
        4,
        "what was queued at the one that was killed"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_stop_of_the_node_ends_both_in_time() -> Result<()> {
    let ctx = node().await?;
    let _failures = flooded(&ctx).await?;
    let before = Instant::now();
    soon(ctx.stop()).await?;
    assert_eq!(
        before.elapsed().as_secs(),
        0,
        "the first that closes frees both"
    );
    assert_eq!(ctx.list_workers(), [""; 0]);
    assert_eq!(
        ctx.stop_report().map(|report| report.killed().len()),
        Some(0)
    );
    Ok(())
}

/// Sends itself a message for each message, without end.
struct NeverIdle;

impl Worker for NeverIdle {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.send_message("never idle", msg + 1).await
    }
}

/// Answers.
struct Echoer;

impl Worker for Echoer {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[test]
fn a_worker_that_is_never_idle_lets_others_have_their_turn() {
    without_deadlock(|| {
        let builder = NodeBuilder::new().current_thread();
        let (ctx, mut executor) = builder.build().expect("a node");
        let answered = executor.execute(async move {
            ctx.start_worker("echoer", Echoer).await?;
            ctx.start_worker("never idle", NeverIdle).await?;
            ctx.send_message("never idle", 0_u64).await?;
            for number in 0..10 {
                assert_eq!(soon(ctx.ask::<u64>("echoer", number)).await?, number);
            }
            ctx.stop().await
        });
        answered.expect("nothing fails");
    });
}
