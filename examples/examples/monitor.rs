//! Being told of the end of another worker, once, whatever it died of.
//!
//! Prints:
//!     the guard hears: 0#divider has panicked: attempt to divide by zero
//!     main hears: 0#guard has stopped
//!     main hears: 0#nobody is unknown
use ockam::{async_worker, Context, Down, Result, Worker};

struct Divider;

#[async_worker]
impl Worker for Divider {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, by: u64) -> Result<()> {
        ctx.reply(42 / by).await
    }
}

struct Guard;

#[async_worker]
impl Worker for Guard {
    type Message = String;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.monitor("divider")?;
        Ok(())
    }

    /// Comes beside the mailbox, so that it can't be stuck behind a full one.
    async fn down(&mut self, ctx: &mut Context, down: Down) -> Result<()> {
        println!("the guard hears: {down}");
        ctx.stop_worker("guard").await
    }
}

#[ockam::node]
async fn main(mut ctx: Context) -> Result<()> {
    ctx.start_worker("divider", Divider).await?;
    ctx.start_worker("guard", Guard).await?;

    // A context that is no worker's receives it. Its reason is an enum: `down.reason()`.
    ctx.monitor("guard")?;
    ctx.send_message("divider", 0_u64).await?;
    println!("main hears: {}", ctx.receive::<Down>().await?);

    // It can't be missed: who is gone already is told of at once.
    ctx.monitor("nobody")?;
    println!("main hears: {}", ctx.receive::<Down>().await?);
    ctx.stop().await
}
