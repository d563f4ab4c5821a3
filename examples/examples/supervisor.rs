//! A tree: what belongs together is started in order, restarted together, and stopped in reverse order.
//!
//! Prints:
//!     database starts
//!     cache starts
//!     cache stops
//!     database starts
//!     cache starts
//!     cached: 1
//!     cache stops
//!     database stops
use ockam::{async_worker, Context, Result, Supervisor, Worker, WorkerBuilder};

struct Database;

#[async_worker]
impl Worker for Database {
    type Message = String;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        println!("database starts");
        Ok(())
    }

    async fn handle_message(&mut self, _ctx: &mut Context, query: String) -> Result<()> {
        panic!("the connection is lost: {query}")
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        println!("database stops");
        Ok(())
    }
}

#[derive(Default)]
struct Cache(u64);

#[async_worker]
impl Worker for Cache {
    type Message = u64;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        println!("cache starts");
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, amount: u64) -> Result<()> {
        self.0 += amount;
        ctx.reply(self.0).await
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        println!("cache stops");
        Ok(())
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    // What is made by a function is restarted when it fails, unless `restart` says otherwise.
    Supervisor::rest_for_one("storage")
        .child(WorkerBuilder::from_fn("database", || Database))
        .child(WorkerBuilder::from_fn("cache", Cache::default))
        .start(&ctx)
        .await?;

    // The database panics; the cache, which was started after it, goes with it and comes back with it.
    // Whoever has heard of that reaches no old one: this waits in the mailbox for the new cache.
    ctx.ask::<u64>("database", "select".to_string()).await.unwrap_err();
    println!("cached: {}", ctx.ask::<u64>("cache", 1_u64).await?);

    // Stops the whole tree, the last one started first.
    ctx.stop_worker("storage").await?;
    ctx.stop().await
}
