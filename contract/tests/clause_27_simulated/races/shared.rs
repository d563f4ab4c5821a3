//! Two workers use a third one, and each believes that it is alone.

use ockam::{Context, Result, Worker, async_worker};
use serde::{Deserialize, Serialize};

use crate::scene::far_from;

#[derive(Serialize, Deserialize)]
enum Do {
    Look,
    Put(u64),
    Take,
}

struct Account(u64);

#[async_worker]
impl Worker for Account {
    type Message = Do;

    async fn handle_message(&mut self, ctx: &mut Context, what: Do) -> Result<()> {
        match what {
            Do::Look => {}
            Do::Put(amount) => self.0 = amount,
            Do::Take => {
                self.0 = self
                    .0
                    .checked_sub(1)
                    .expect("nothing is taken that isn't there")
            }
        }
        ctx.reply(self.0).await
    }
}

/// Adds one, in two steps.
struct Adder;

#[async_worker]
impl Worker for Adder {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        let amount = ctx.ask::<u64>("account", Do::Look).await?;
        ctx.ask::<u64>("account", Do::Put(amount + 1))
            .await
            .map(drop)
    }
}

/// Looks, and takes what it has seen.
struct Buyer;

#[async_worker]
impl Worker for Buyer {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        if ctx.ask::<u64>("account", Do::Look).await? > 0 {
            ctx.ask::<u64>("account", Do::Take).await?;
        }
        Ok(())
    }
}

/// Starts a worker unless there is one.
struct Starter;

#[async_worker]
impl Worker for Starter {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        if !ctx.list_workers().contains(&"account".into()) {
            ctx.start_worker("account", Account(7)).await?;
        }
        ctx.ask::<u64>("account", Do::Look).await.map(drop)
    }
}

pub(crate) async fn lost_update(ctx: Context) -> Result<()> {
    ctx.start_worker("account", Account(0)).await?;
    ctx.start_worker("left", Adder).await?;
    ctx.start_worker("right", Adder).await?;
    both(&ctx).await?;
    let amount = ctx.ask::<u64>("account", Do::Look).await?;
    assert_eq!(amount, 2, "an update was lost");
    Ok(())
}

pub(crate) async fn look_then_take(ctx: Context) -> Result<()> {
    ctx.start_worker("account", Account(1)).await?;
    ctx.start_worker("left", Buyer).await?;
    ctx.start_worker("right", Buyer).await?;
    both(&ctx).await
}

pub(crate) async fn start_twice(ctx: Context) -> Result<()> {
    ctx.start_worker("left", Starter).await?;
    ctx.start_worker("right", Starter).await?;
    both(&ctx).await
}

/// Tells both, one of them far away, and waits until all is done.
async fn both(ctx: &Context) -> Result<()> {
    let right = far_from(ctx, "right", 7).await?;
    ctx.send_message("left", ()).await?;
    ctx.send_message(right, ()).await?;
    ctx.idle().await
}
