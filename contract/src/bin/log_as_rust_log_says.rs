//! A program that logs as `RUST_LOG` says, unless it installs its own subscriber: `tests/logging`.

use ockam::{Context, Result, Worker, async_worker, log_to_stderr};
use tracing_subscriber::Registry;
use tracing_subscriber::util::SubscriberInitExt;

/// Logs each message that it gets.
struct Logs;

#[async_worker]
impl Worker for Logs {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        tracing::info!("an info about {msg}");
        tracing::warn!("a warning about {msg}");
        ctx.reply(()).await
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some("subscribed") {
        // Panics if there is a subscriber already.
        Registry::default().init();
    }
    log_to_stderr();
    ctx.start_worker("logs", Logs).await?;
    ctx.ask::<()>("logs", "cups".to_string()).await?;
    ctx.stop().await
}
