use std::time::Duration;

use ockam::{Context, Error, ErrorKind, LocalOnly, NodeBuilder, Result, Worker};
use ockam_contract::pace::soon;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::SECOND;

/// Sends later to where nobody is, and passes on what it is told.
struct Hopeful(UnboundedSender<Error>);

impl Worker for Hopeful {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.send_after(SECOND, "nobody", 7_u64);
        ctx.send_after(2 * SECOND, ctx.address(), "not a number".to_string());
        ctx.send_every(10 * SECOND, "nobody", 8_u64);
        Ok(())
    }

    async fn undelivered(&mut self, _ctx: &mut Context, failure: Error) -> Result<()> {
        // This fails if the test no longer reads.
        let _ = self.0.send(failure);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_delivered_is_told_to_its_owner_with_the_message() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (failures, mut told) = unbounded_channel();
    ctx.start_worker("hopeful", Hopeful(failures)).await?;
    let mut failure = soon(told.recv()).await.expect("the worker lives");
    assert_eq!(failure.kind(), ErrorKind::UnknownAddress);
    assert_eq!(failure.take::<u64>(), Some(7));
    let mut failure = soon(told.recv()).await.expect("the worker lives");
    assert_eq!(failure.kind(), ErrorKind::WrongType);
    assert_eq!(failure.take::<String>().as_deref(), Some("not a number"));
    // Each tick is tried: somebody may be there by then.
    for _ in 0..3 {
        let failure = soon(told.recv()).await.expect("the worker lives");
        assert_eq!(failure.kind(), ErrorKind::UnknownAddress);
    }
    assert_eq!(ctx.dead_letters(), 0, "the worker has heard of them");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_delivered_for_a_context_is_a_dead_letter() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.send_after(SECOND, "nobody", 7_u64);
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(ctx.dead_letters(), 1);
    Ok(())
}

/// Panics when it is copied for the second time.
struct Fragile(u64);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        panic!("on purpose: {}", self.0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_clone_that_panics_ends_its_timer_and_nothing_else() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    ctx.send_every(SECOND, "app", LocalOnly(Fragile(1)));
    ctx.send_every(SECOND, "app", 2_u64);
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    assert_eq!(soon(ctx.receive::<u64>()).await?, 2);
    assert_eq!(ctx.dead_letters(), 1);
    Ok(())
}

/// Begins ticks in its first incarnation, and passes on what it is sent.
struct Restarted {
    is_first: bool,
    got: UnboundedSender<(bool, u64)>,
}

const TICK: u64 = 1;
const BUSY: u64 = 2;

impl Worker for Restarted {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        if self.is_first {
            ctx.send_every(SECOND, ctx.address(), TICK);
        }
        Ok(())
    }

    async fn handle_message(&mut self, _ctx: &mut Context, msg: u64) -> Result<()> {
        // This fails if the test no longer reads.
        let _ = self.got.send((self.is_first, msg));
        if msg == BUSY {
            tokio::time::sleep(10 * SECOND).await;
            panic!("on purpose");
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_tick_that_waits_when_its_worker_fails_is_not_handled_by_the_next_one() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (got, mut noted) = unbounded_channel();
    let mut is_first = true;
    let worker = ockam::WorkerBuilder::from_fn("worker", move || Restarted {
        is_first: std::mem::take(&mut is_first),
        got: got.clone(),
    });
    let handle = worker.start(&ctx).await?;
    handle.send(BUSY).await?;
    tokio::time::sleep(5 * SECOND).await;
    // Behind the tick that waits.
    handle.send(7).await?;
    tokio::time::sleep(100 * SECOND).await;
    let noted: Vec<_> = std::iter::from_fn(|| noted.try_recv().ok()).collect();
    assert_eq!(noted, [(true, BUSY), (false, 7)]);
    Ok(())
}
