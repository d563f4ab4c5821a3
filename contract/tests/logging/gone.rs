//! A handler that fails when its asker has gone tells nobody, on one node and between two: it is logged, and fails no
//! test.

use std::time::Duration;

use ockam::{
    Context, Error, ErrorKind, NodeBuilder, Result, Route, TcpTransport, Worker, async_worker,
    route,
};
use ockam_contract::pace::soon;
use tokio::time::timeout;
use tracing::Level;

use crate::event_log::{EventLog, record};

/// Fails when nobody waits for its answer any more.
struct GivesUp;

#[async_worker]
impl Worker for GivesUp {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, _: u64) -> Result<()> {
        ctx.cancelled().await;
        Err(Error::new(ErrorKind::Other, "nobody waits"))
    }
}

/// Asks along a route from one context to a worker of another one, drops the ask, and waits until the handler has
/// failed.
async fn ask_in_vain(from: &Context, worker: impl Into<Route>, of: &Context) -> Result<()> {
    let route = worker.into();
    let asked = from.ask::<u64>(route, 1_u64);
    assert!(timeout(Duration::from_millis(20), asked).await.is_err());
    soon(of.stop_worker("gives_up")).await
}

async fn exposed(ctx: &Context) -> Result<(Context, Route)> {
    ctx.start_worker("gives_up", GivesUp).await?;
    let tcp = TcpTransport::new(ctx)?;
    let listener = tcp.listen("127.0.0.1:0", "gives_up").await?;
    let asker = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&asker)?;
    let connection = tcp.connect(listener.local_address()).await?;
    Ok((asker, route![&connection, "gives_up"]))
}

fn is_logged(log: &EventLog) -> bool {
    let events = log.of_the_node();
    let failures = events
        .iter()
        .filter(|it| it.message().contains("nobody waits"));
    let failures: Vec<_> = failures.map(|it| (it.level, it.message())).collect();
    let what = "a handler failed after its asker had stopped waiting: nobody waits";
    failures == [(Level::WARN, what)]
}

#[tokio::test]
async fn on_one_node_it_is_logged() -> Result<()> {
    let (log, _recording) = record(Level::WARN);
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("gives_up", GivesUp).await?;
    ask_in_vain(&ctx, "gives_up", &ctx).await?;
    assert!(is_logged(&log));
    ctx.stop().await
}

#[tokio::test]
async fn between_nodes_it_is_logged() -> Result<()> {
    let (log, _recording) = record(Level::WARN);
    let ctx = NodeBuilder::new().start().await?;
    let (asker, route) = exposed(&ctx).await?;
    ask_in_vain(&asker, route, &ctx).await?;
    assert!(is_logged(&log));
    asker.stop().await?;
    ctx.stop().await
}

/// The test that it happens in passes.
#[ockam::test]
async fn on_one_node_it_fails_no_test(ctx: Context) -> Result<()> {
    ctx.start_worker("gives_up", GivesUp).await?;
    ask_in_vain(&ctx, "gives_up", &ctx).await
}

/// The test that it happens in passes.
#[ockam::test]
async fn between_nodes_it_fails_no_test(ctx: Context) -> Result<()> {
    let (asker, route) = exposed(&ctx).await?;
    ask_in_vain(&asker, route, &ctx).await?;
    asker.stop().await
}
