//! What the planted races share: workers that do nothing special.

use ockam::{Address, Context, Result, Worker, async_worker};

/// Passes on a signal. A chain of them takes a while, if all takes turns.
struct Hop(Address);

#[async_worker]
impl Worker for Hop {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        ctx.send_message(self.0.clone(), ()).await
    }
}

/// Starts a chain of hops to an address. Returns the address of the first one.
pub(crate) async fn far_from(ctx: &Context, to: &str, hops: usize) -> Result<Address> {
    let mut next = Address::from(to);
    for hop in 0..hops {
        let address = Address::from(format!("hop {hop} to {to}"));
        ctx.start_worker(address.clone(), Hop(next)).await?;
        next = address;
    }
    Ok(next)
}

/// Answers.
struct Echo;

#[async_worker]
impl Worker for Echo {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        ctx.reply(()).await
    }
}

/// Asks somebody else so many times. In the usual order, much is done meanwhile.
pub(crate) async fn a_while(ctx: &Context, turns: usize) -> Result<()> {
    ctx.start_worker("echo", Echo).await?;
    for _ in 0..turns {
        ctx.ask::<()>("echo", ()).await?;
    }
    ctx.stop_worker("echo").await
}
