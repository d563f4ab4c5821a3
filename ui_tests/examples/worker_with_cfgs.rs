#![deny(warnings)]
// A condition that always holds, and one that never does.
#![allow(clippy::non_minimal_cfg)]

// An attribute macro is run before the `#[cfg]`s in its item are resolved. `all()` always holds,
// `any()` never does.

use ockam::{async_worker, Context, Error, Result, Routed, Worker};

struct Arguments;

#[async_worker]
impl Worker for Arguments {
    type Message = u64;

    async fn initialize(
        &mut self,
        #[cfg(any())] _: &mut (),
        #[cfg_attr(all(), cfg(all()))] _: &mut Context,
    ) -> Result<()> {
        Ok(())
    }

    async fn handle_message(
        &mut self,
        #[cfg(all())] ctx: &mut Context,
        #[cfg(any())] ctx: &mut (),
        #[cfg(any())] msg: u64,
        #[cfg(all())] msg: Routed<u64>,
        #[cfg(any())] more: u64,
    ) -> Result<()> {
        ctx.send_message(msg.return_route().clone(), *msg).await
    }
}

struct Members;

#[async_worker]
impl Worker for Members {
    #[cfg(any())]
    type Message = Missing;
    #[cfg(all())]
    type Message = u64;
    #[cfg(any())]
    type Context = Missing;

    #[cfg(any())]
    fn initialize(&self) {}

    #[cfg(any())]
    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u8>) -> Result<()> {
        ctx.reply(msg.missing()).await
    }

    #[cfg(all())]
    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(msg).await
    }

    #[cfg(any())]
    async fn handle_mesage(&mut self, msg: u64) {}

    #[cfg(any())]
    async fn undelivered(&mut self, failure: Error) {}

    async fn undelivered(&mut self, _: &mut Context, failure: Error) -> Result<()> {
        Err(failure)
    }
}

struct Undeclared;

#[async_worker]
impl Worker for Undeclared {
    #[cfg(any())]
    async fn handle_message(&mut self, ctx: &mut Context, msg: &str) -> Result<()> {
        ctx.reply(msg).await
    }
}

#[ockam::node]
async fn main(#[cfg(any())] more: u8, #[cfg(all())] mut ctx: Context) -> Result<()> {
    ctx.start_worker("arguments", Arguments).await?;
    ctx.send_message("arguments", 7_u64).await?;
    assert_eq!(ctx.receive::<u64>().await?, 7);

    ctx.start_worker("members", Members).await?;
    assert_eq!(ctx.ask::<u64>("members", 8_u64).await?, 8);
    ctx.start_worker("undeclared", Undeclared).await?;
    ctx.stop().await
}
