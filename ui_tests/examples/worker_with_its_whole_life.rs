#![deny(warnings)]
// What the macro has to keep, in the forms that clippy would change.
#![allow(clippy::manual_async_fn, clippy::mixed_attributes_style)]

use ockam::{Context, Error, Result, Worker, async_worker};

struct Echoer;

/// The documentation of the impl.
#[async_worker]
#[cfg(not(test))]
#[allow(clippy::needless_lifetimes)]
impl Worker for Echoer {
    #![allow(unused_variables)]

    /// The documentation of the type.
    type Message = String;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Self::Context) -> Result<()> {
        Ok(())
    }

    /// The documentation of the method.
    #[cfg(not(test))]
    #[inline]
    async fn handle_message<'a>(&'a mut self, ctx: &mut Context, msg: String) -> Result<()> {
        #![allow(unused_mut)]
        let mut reply = msg;
        ctx.reply(reply).await
    }

    async fn undelivered(&mut self, ctx: &mut Context, failure: Error) -> Result<()> {
        Err(failure)
    }

    fn shutdown(&mut self, ctx: &mut Context) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("echoer", Echoer).await?;
    ctx.stop().await
}
