//! What a node is doing, for programs and for people.
//!
//! Shows (figures vary; times of handlers, p50, p99 and max, once histograms are switched on):
//!     address      message        state                  queued  handled  restarts
//!     0#app        any            open                   0/1024        -         -
//!     0#sleeper    String         handling               3/1024        1         0
//!     0#waiter     u64            waits for 0#sleeper    0/1024        0         0
//!     http://127.0.0.1:… has the same as a page, /metrics for Prometheus, /api/node as JSON
use std::time::Duration;

use ockam::{Context, Result, Worker, async_worker};
use ockam_console::Console;

struct Sleeper;

#[async_worker]
impl Worker for Sleeper {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: String) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        ctx.reply(1_u64).await
    }
}

struct Waiter;

#[async_worker]
impl Worker for Waiter {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: u64) -> Result<()> {
        ctx.ask::<u64>("sleeper", "wake up".to_string()).await?;
        Ok(())
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    ctx.start_worker("sleeper", Sleeper).await?;
    ctx.start_worker("waiter", Waiter).await?;
    for _ in 0..4 {
        ctx.send_message("sleeper", "again".to_string()).await?;
    }
    ctx.send_message("waiter", 1_u64).await?;
    tokio::time::sleep(Duration::from_millis(60)).await;

    let node = ctx.inspect();
    println!("{node}");
    assert!(
        node.worker("waiter")
            .is_some_and(|waiter| waiter.waits_for == Some("sleeper".into()))
    );

    // Loopback only, unless it is told otherwise and given a token.
    let console = Console::new(&ctx).listen("127.0.0.1:0").await?;
    println!(
        "http://{} has the same as a page, /metrics for Prometheus, /api/node as JSON",
        console.local_address()
    );
    ctx.stop().await
}
