//! Failures are events with the address of the worker, unless they are reported to an asker.

use ockam::{Context, Error, ErrorKind, NodeBuilder, Result, Worker, async_worker, route};
use ockam_contract::eventually::eventually;
use ockam_contract::hop::Hop;
use tracing::Level;

use crate::event_log::{EventLog, record};

/// Fails in different ways.
struct Clumsy;

#[async_worker]
impl Worker for Clumsy {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        match msg.as_str() {
            "answer" => ctx.reply(()).await?,
            "answer and fail" => {
                ctx.reply(()).await?;
                return Err(Error::new(ErrorKind::Other, "on second thoughts"));
            }
            "panic" => panic!("both hands full"),
            _ => {}
        }
        Err(Error::new(ErrorKind::Other, "it slipped").context("the cup is broken"))
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        Err(Error::new(ErrorKind::Other, "it fell").context("not shut down"))
    }
}

/// Waits for the next event of the node. Checks that it is a single one, its level, its address, and
/// that its message contains all texts.
async fn said(log: &EventLog, level: Level, address: &str, texts: &[&str]) {
    let mut entries = Vec::new();
    eventually("the node says something", || {
        entries = log.of_the_node();
        !entries.is_empty()
    })
    .await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = &entries[0];
    assert_eq!(entry.level, level, "{entry:?}");
    assert_eq!(entry.fields["address"], address, "{entry:?}");
    for text in texts {
        assert!(
            entry.message().contains(text),
            "`{text}` is missing in {entry:?}"
        );
    }
}

/// Starts a node on this thread, and records warnings and errors.
async fn node() -> Result<(Context, EventLog, tracing::subscriber::DefaultGuard)> {
    let (log, guard) = record(Level::WARN);
    Ok((NodeBuilder::new().start().await?, log, guard))
}

#[tokio::test]
async fn a_failed_handler_is_a_warning_with_the_causes_unless_somebody_asked() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    ctx.start_worker(vec!["clumsy", "alias"], Clumsy).await?;
    let causes = ["the cup is broken", "it slipped"];
    ctx.send_message("clumsy", "cup".to_string()).await?;
    said(&log, Level::WARN, "0#clumsy", &causes).await;
    ctx.send_message("alias", "cup".to_string()).await?;
    said(&log, Level::WARN, "0#alias", &causes).await;

    assert!(ctx.ask::<()>("clumsy", "cup".to_string()).await.is_err());
    assert_eq!(log.of_the_node().len(), 0, "the asker knows");
    ctx.ask::<()>("clumsy", "answer and fail".to_string())
        .await?;
    said(&log, Level::WARN, "0#clumsy", &["on second thoughts"]).await;
    Ok(())
}

#[tokio::test]
async fn a_panic_is_an_error_also_if_somebody_asked() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    for asked in [false, true] {
        ctx.start_worker("clumsy", Clumsy).await?;
        match asked {
            true => assert!(ctx.ask::<()>("clumsy", "panic".to_string()).await.is_err()),
            false => ctx.send_message("clumsy", "panic".to_string()).await?,
        }
        said(
            &log,
            Level::ERROR,
            "0#clumsy",
            &["panicked", "both hands full"],
        )
        .await;
        eventually("it is gone", || ctx.list_workers().is_empty()).await;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_lost_is_a_warning_with_its_number() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    let inbox = ctx.open("inbox")?;
    for number in 0..3_u64 {
        ctx.send_message("inbox", number).await?;
    }
    drop(inbox);
    said(&log, Level::WARN, "0#inbox", &["nobody handles", "3"]).await;
    Ok(())
}

/// Handles nothing.
struct Deaf;

#[async_worker]
impl Worker for Deaf {
    type Message = u64;
}

#[tokio::test]
async fn what_a_worker_has_no_handler_for_is_a_warning() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    ctx.start_worker("deaf", Deaf).await?;
    ctx.send_message("deaf", 7_u64).await?;
    said(&log, Level::WARN, "0#deaf", &["handles no messages"]).await;
    Ok(())
}

#[tokio::test]
async fn what_a_hop_can_not_pass_on_is_a_warning() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    ctx.start_worker("hop", Hop).await?;
    ctx.send_message(route!["hop", "nobody"], 7_u64).await?;
    said(&log, Level::WARN, "0#hop", &["0#nobody"]).await;
    Ok(())
}

#[tokio::test]
async fn a_failed_shutdown_is_a_warning_with_the_causes() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    ctx.start_worker("clumsy", Clumsy).await?;
    ctx.stop_worker("clumsy").await?;
    said(&log, Level::WARN, "0#clumsy", &["not shut down", "it fell"]).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_does_not_stop_in_time_is_a_warning() -> Result<()> {
    /// Never finishes a message.
    struct Stuck;

    #[async_worker]
    impl Worker for Stuck {
        type Message = u64;

        async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
            std::future::pending().await
        }
    }

    let (ctx, log, _guard) = node().await?;
    ctx.start_worker("stuck", Stuck).await?;
    ctx.send_message("stuck", 7_u64).await?;
    assert!(ctx.stop_worker("stuck").await.is_err());
    said(&log, Level::WARN, "0#stuck", &["stop"]).await;
    Ok(())
}

#[tokio::test]
async fn nothing_is_said_when_nothing_goes_wrong() -> Result<()> {
    let (ctx, log, _guard) = node().await?;
    ctx.start_worker("hop", Hop).await?;
    let mut inbox = ctx.open("inbox")?;
    ctx.send_message(route!["hop", "inbox"], 7_u64).await?;
    inbox.receive::<u64>().await?;
    assert!(ctx.send_message("nobody", 7_u64).await.is_err());
    ctx.stop_worker("hop").await?;
    drop(inbox);
    ctx.stop().await?;
    assert_eq!(log.of_the_node().len(), 0);
    Ok(())
}
