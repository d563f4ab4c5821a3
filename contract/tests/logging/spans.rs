//! Events of a worker's code are in a span with the address of the worker.

use ockam::{Context, NodeBuilder, Result, Worker, async_worker};
use tracing::{Level, info};

use crate::event_log::{Scope, record};

/// Emits an event for each of its methods.
struct Talkative;

#[async_worker]
impl Worker for Talkative {
    type Message = u64;

    async fn initialize(&mut self, _ctx: &mut Context) -> Result<()> {
        info!("initializing");
        tokio::task::yield_now().await;
        info!("initialized");
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        info!("before {msg}");
        if msg > 0 {
            // Other workers emit events in between.
            ctx.ask::<()>("other", msg - 1).await?;
        }
        info!("after {msg}");
        ctx.reply(()).await
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        tokio::task::yield_now().await;
        info!("shut down");
        Ok(())
    }
}

/// Returns the events, each with the addresses of the spans around it.
fn lines(entries: &[crate::event_log::Entry]) -> Vec<String> {
    let line =
        |entry: &crate::event_log::Entry| format!("{:?} {}", entry.addresses(), entry.message());
    entries.iter().map(line).collect()
}

#[tokio::test]
async fn a_worker_speaks_within_its_own_span_only() -> Result<()> {
    let (log, _guard) = record(Level::TRACE);
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker(vec!["one", "alias"], Talkative).await?;
    ctx.start_worker("other", Talkative).await?;
    assert_eq!(
        lines(&log.of_the_test()),
        [
            r#"["0#one"] initializing"#,
            r#"["0#one"] initialized"#,
            r#"["0#other"] initializing"#,
            r#"["0#other"] initialized"#,
        ]
    );

    ctx.ask::<()>("alias", 1_u64).await?;
    info!("asked");
    assert_eq!(
        lines(&log.of_the_test()),
        [
            r#"["0#alias"] before 1"#,
            r#"["0#other"] before 0"#,
            r#"["0#other"] after 0"#,
            r#"["0#alias"] after 1"#,
            r#"[] asked"#,
        ]
    );

    ctx.stop_worker("alias").await?;
    info!("stopped");
    assert_eq!(
        lines(&log.of_the_test()),
        [r#"["0#one"] shut down"#, r#"[] stopped"#]
    );
    ctx.stop().await
}

#[tokio::test]
async fn the_name_of_a_span_says_what_the_worker_does() -> Result<()> {
    let (log, _guard) = record(Level::TRACE);
    let ctx = NodeBuilder::new().start().await?;
    let handle = ctx.start_worker("one", Talkative).await?;
    handle.ask::<()>(0).await?;
    handle.stop().await?;
    let names = log.of_the_test().into_iter().flat_map(|entry| entry.spans);
    let mut names: Vec<_> = names.map(|Scope { name, .. }| name).collect();
    names.dedup();
    assert_eq!(names, ["initialize", "handle_message", "shutdown"]);
    ctx.stop().await
}

#[tokio::test]
async fn there_is_no_span_that_nobody_wants() -> Result<()> {
    let (log, _guard) = record(Level::INFO);
    let ctx = NodeBuilder::new().start().await?;
    let handle = ctx.start_worker("one", Talkative).await?;
    handle.ask::<()>(0).await?;
    handle.stop().await?;
    assert_eq!(lines(&log.of_the_test()).len(), 5);
    assert_eq!(log.spans(), 0);
    ctx.stop().await
}
