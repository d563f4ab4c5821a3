//! Tests of workers: each on a node of its own, which is stopped behind it. A worker that doesn't stop, a
//! message that nobody handles, a failure that nobody was told of: each fails the test by name.
use std::time::Duration;

use ockam::test::Probe;
use ockam::{Context, Result, Worker, async_worker};

struct Doorman;

#[async_worker]
impl Worker for Doorman {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, name: String) -> Result<()> {
        match name.as_str() {
            "Mallory" => Ok(()),
            "Late" => {
                let sender = ctx.sender();
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(3600)).await;
                    sender.send_message("guests", name).await
                });
                Ok(())
            }
            _ => ctx.send_message("guests", name).await,
        }
    }
}

/// A probe stands in for another worker, and says what it expects in words that read as a sentence.
#[ockam::test]
async fn not_everybody_is_let_in(ctx: Context) -> Result<()> {
    let mut guests = Probe::<String>::at(&ctx, "guests")?;
    let doorman = ctx.start_worker("doorman", Doorman).await?;
    doorman.send("Mallory".to_string()).await?;
    doorman.send("Ada".to_string()).await?;
    guests.expect("Ada").await;
    guests.expect_no_message().await;
    Ok(())
}

/// An hour passes in no time, since nothing else is to be done.
#[ockam::test(paused)]
async fn who_is_late_comes_after_an_hour(ctx: Context) -> Result<()> {
    let mut guests = Probe::<String>::at(&ctx, "guests")?;
    let doorman = ctx.start_worker("doorman", Doorman).await?;
    doorman.send("Late".to_string()).await?;
    guests.expect_no_message().await;
    tokio::time::sleep(Duration::from_secs(3601)).await;
    guests.expect("Late").await;
    Ok(())
}

/// A worker without a node: its handler is called, what it sent is looked at.
#[ockam::test]
async fn a_handler_by_itself() -> Result<()> {
    let mut doorman = ockam::test::alone(Doorman);
    let sent = doorman.handle("Ada".to_string()).await?;
    assert_eq!(sent.to::<String>("guests"), ["Ada"]);
    Ok(())
}
