//! A program whose workers fail, with and without a subscriber: `tests/logging`.

use ockam::{Context, Error, ErrorKind, Result, Worker, async_worker};
use tracing::subscriber;
use tracing_subscriber::Registry;

/// Fails with a cause, or panics.
struct Clumsy;

#[async_worker]
impl Worker for Clumsy {
    type Message = String;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: String) -> Result<()> {
        if msg == "panic" {
            panic!("both hands full");
        }
        Err(Error::new(ErrorKind::Other, "it slipped").context("the cup is broken"))
    }
}

/// Logs more than waits for a stderr that nobody reads: 60 workers with long names log 16 lines each.
async fn crowd(ctx: Context) -> Result<()> {
    for number in 0..60 {
        let address = format!("{number} {}", "x".repeat(200));
        ctx.start_worker(&*address, Clumsy).await?;
        for _ in 0..16 {
            ctx.send_message(&*address, "cup".to_string()).await?;
        }
        ctx.stop_worker(&*address).await?;
    }
    println!("sent");
    // Until the test reads.
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    ctx.stop().await
}

#[ockam::node(worker_threads = 1)]
async fn main(ctx: Context) -> Result<()> {
    let scenario = std::env::args().nth(1).unwrap_or_default();
    match scenario.as_str() {
        "subscribed" => subscriber::set_global_default(Registry::default())?,
        // The subscriber is set for this thread and for a while only. The workers run on another
        // thread.
        "scoped" => subscriber::with_default(Registry::default(), || tracing::info!("a test")),
        _ => {}
    }
    if scenario == "crowd" {
        return crowd(ctx).await;
    }
    for address in ["clumsy", "nervous"] {
        ctx.start_worker(address, Clumsy).await?;
    }
    ctx.send_message("clumsy", "cup".to_string()).await?;
    ctx.send_message("nervous", "panic".to_string()).await?;
    println!("sent");
    ctx.stop().await
}
