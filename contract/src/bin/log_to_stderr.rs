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
    for address in ["clumsy", "nervous"] {
        ctx.start_worker(address, Clumsy).await?;
    }
    ctx.send_message("clumsy", "cup".to_string()).await?;
    ctx.send_message("nervous", "panic".to_string()).await?;
    println!("sent");
    ctx.stop().await
}
