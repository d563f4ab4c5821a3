//! Who may send to a worker, and where a worker may send. A refusal is the sender's error.
//!
//! Prints:
//!     the clerk: stored
//!     the clerk may not call out: denied
//!     main: denied
use ockam::{async_worker, Allow, Context, Result, Worker, WorkerBuilder};

struct Vault;

#[async_worker]
impl Worker for Vault {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, _secret: String) -> Result<()> {
        ctx.reply("stored".to_string()).await
    }
}

struct Clerk;

#[async_worker]
impl Worker for Clerk {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        let stored: String = ctx.ask("vault", msg.clone()).await?;
        println!("the clerk: {stored}");
        let refused = ctx.send_message("street", msg).await.unwrap_err();
        println!("the clerk may not call out: {}", refused.kind());
        ctx.reply(stored).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    // The sender is the one that the node knows it to be, not what a return route says.
    WorkerBuilder::new("vault", Vault)
        .incoming(Allow::only(["clerk"]))
        .start(&ctx)
        .await?;
    // An answer is no call: it always goes back to whoever asked.
    WorkerBuilder::new("clerk", Clerk)
        .outgoing(Allow::only(["vault"]))
        .start(&ctx)
        .await?;
    let _street = ctx.open("street")?;

    ctx.ask::<String>("clerk", "a secret".to_string()).await?;
    let refused = ctx.send_message("vault", "mine".to_string()).await.unwrap_err();
    println!("main: {}", refused.kind());
    ctx.stop().await
}
