//! Workers that use the node in each of their methods.

use ockam::{Context, Result, Worker};
use ockam_contract::pace::soon;

use super::calls_back::{Bomb, on_stage};

/// Uses its own address, and the whole node, in each of its methods.
struct Busy(Bomb);

impl Busy {
    async fn use_the_node(&self, ctx: &Context) -> Result<()> {
        self.0.0.call();
        assert!(ctx.list_workers().contains(ctx.address()));
        let again = ctx.start_worker(ctx.address(), Quiet).await;
        assert!(again.is_err(), "the address is taken, by this worker");
        drop(ctx.open(ctx.address()));
        let child = format!("child of {}", ctx.address());
        let child = ctx.start_worker(child, Quiet).await?;
        child.send(1).await?;
        child.stop().await
    }
}

/// Does nothing.
struct Quiet;

impl Worker for Quiet {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        Ok(())
    }
}

impl Worker for Busy {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        self.use_the_node(ctx).await
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.use_the_node(ctx).await?;
        if ctx.reply(msg).await.is_err() {
            // The callback sent this message.
        }
        Ok(())
    }

    async fn shutdown(&mut self, ctx: &mut Context) -> Result<()> {
        self.use_the_node(ctx).await
    }
}

#[test]
fn every_method_of_a_worker_may_use_the_whole_node() {
    on_stage(|stage| async move {
        let callback = stage.callback("nobody");
        let busy = Busy(Bomb(callback.clone()));
        let handle = soon(stage.ctx.start_worker("busy", busy)).await?;
        assert_eq!(soon(handle.ask::<u64>(7)).await?, 7);
        soon(handle.stop()).await?;
        assert!(callback.calls() >= 3);
        Ok(())
    });
}
