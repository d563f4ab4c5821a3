//! What a panic was raised with is a value of the user, whose `Drop` may panic as well.

use std::panic::panic_any;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker, async_worker};
use ockam_contract::pace::{at_rest, soon};
use serde::{Deserialize, Serialize};

/// Panics again when the panic that it was raised with is dropped.
struct Payload;

impl Drop for Payload {
    fn drop(&mut self) {
        panic!("a bad end");
    }
}

/// A message that panics when it is dropped, with a [`Payload`].
#[derive(Serialize, Deserialize)]
struct Unlucky;

impl Drop for Unlucky {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic_any(Payload);
        }
    }
}

/// Where a [`Fragile`] worker panics, with a [`Payload`].
#[derive(Clone, Copy, PartialEq, Debug)]
enum Where {
    Initialize,
    Handler,
    HandlerAndDrop,
    Drop,
    Shutdown,
    Never,
}

struct Fragile(Where);

#[async_worker]
impl Worker for Fragile {
    type Message = u64;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        self.panic_if(&[Where::Initialize]);
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.panic_if(&[Where::Handler, Where::HandlerAndDrop]);
        ctx.reply(msg).await
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.panic_if(&[Where::Shutdown]);
        Ok(())
    }
}

impl Fragile {
    fn panic_if(&self, places: &[Where]) {
        if places.contains(&self.0) {
            panic_any(Payload);
        }
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.panic_if(&[Where::Drop, Where::HandlerAndDrop]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_panics_with_one_ends_as_any_other() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let other = ctx.start_worker("other", Fragile(Where::Never)).await?;
    for place in [Where::Handler, Where::HandlerAndDrop] {
        ctx.start_worker("fragile", Fragile(place)).await?;
        let error = soon(ctx.ask::<u64>("fragile", 7_u64)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Panicked, "{place:?}: {error}");
    }
    for place in [Where::Drop, Where::Shutdown] {
        ctx.start_worker("fragile", Fragile(place)).await?;
        soon(ctx.stop_worker("fragile")).await?;
    }
    let started = ctx
        .start_worker("fragile", Fragile(Where::Initialize))
        .await;
    assert_eq!(started.unwrap_err().kind(), ErrorKind::Panicked);
    assert_eq!(soon(other.ask::<u64>(7)).await?, 7);
    assert_eq!(ctx.list_workers().len(), 1);
    Ok(())
}

/// Never comes to the end of a message.
struct Stuck;

#[async_worker]
impl Worker for Stuck {
    type Message = Unlucky;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: Unlucky) -> Result<()> {
        std::mem::forget(msg);
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_panic_with_one_are_dropped_with_their_mailbox() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("stuck", Stuck).await?;
    ctx.send_message("stuck", Unlucky).await?;
    at_rest().await;
    for _ in 0..3 {
        ctx.send_message("stuck", Unlucky).await?;
    }
    soon(ctx.kill_worker("stuck")).await?;
    assert_eq!((ctx.list_workers().len(), ctx.dead_letters()), (0, 3));
    soon(ctx.stop()).await
}
