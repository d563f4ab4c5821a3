//! A subscriber that panics at whatever the node says and does takes nothing of the node with it.

use ockam::{Context, ErrorKind, NodeBuilder, Result, TcpTransport, Worker, async_worker, route};
use ockam_contract::pace::{at_rest, soon};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context as LayerContext, SubscriberExt};
use tracing_subscriber::registry::Registry;

/// Panics at every event of the node, and at every step of its spans.
struct Hostile;

impl<S: Subscriber> Layer<S> for Hostile {
    fn enabled(&self, metadata: &Metadata<'_>, _: LayerContext<'_, S>) -> bool {
        *metadata.level() <= Level::DEBUG
    }

    fn on_event(&self, event: &Event<'_>, _: LayerContext<'_, S>) {
        if event.metadata().target().starts_with("ockam") {
            panic!("no news is good news");
        }
    }

    fn on_new_span(&self, _: &Attributes<'_>, _: &Id, _: LayerContext<'_, S>) {
        panic!("no span is short enough");
    }

    fn on_enter(&self, _: &Id, _: LayerContext<'_, S>) {
        panic!("nobody enters");
    }

    fn on_exit(&self, _: &Id, _: LayerContext<'_, S>) {
        panic!("nobody leaves");
    }

    fn on_close(&self, _: Id, _: LayerContext<'_, S>) {
        panic!("nothing ends");
    }
}

struct Nervous;

#[async_worker]
impl Worker for Nervous {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        match msg.as_str() {
            "panic" => panic!("both hands full"),
            "fail" => Err(ockam::Error::new(ErrorKind::Other, "it slipped")),
            "wait" => std::future::pending().await,
            _ => ctx.reply(()).await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn workers_end_and_live_as_with_any_other() -> Result<()> {
    let subscriber = Registry::default().with(Hostile);
    let _guard = tracing::subscriber::set_default(subscriber);
    let ctx = NodeBuilder::new().start().await?;
    let start = || ctx.start_worker("nervous", Nervous);

    start().await?;
    let error = soon(ctx.ask::<()>("nervous", "panic".to_owned()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Panicked, "{error}");

    start().await?;
    ctx.send_message("nervous", "fail".to_owned()).await?;
    soon(ctx.ask::<()>("nervous", "answer".to_owned())).await?;
    soon(ctx.stop_worker("nervous")).await?;

    start().await?;
    ctx.send_message("nervous", "wait".to_owned()).await?;
    at_rest().await;
    let asked = ctx.sender();
    let asked = tokio::spawn(async move { asked.ask::<()>("nervous", "answer".to_owned()).await });
    at_rest().await;
    soon(ctx.kill_worker("nervous")).await?;
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped, "{error}");
    assert_eq!((ctx.list_workers().len(), ctx.dead_letters()), (0, 1));

    start().await?;
    ctx.send_message("nervous", "wait".to_owned()).await?;
    let stopped = soon(ctx.stop_worker("nervous")).await.unwrap_err();
    assert_eq!(stopped.kind(), ErrorKind::TimedOut);
    start().await?;
    ctx.send_message("nervous", "wait".to_owned()).await?;
    soon(ctx.stop()).await
}

#[tokio::test]
async fn connections_live_and_close_as_with_any_other() -> Result<()> {
    let subscriber = Registry::default().with(Hostile);
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = NodeBuilder::new().start().await?;
    server.start_worker("nervous", Nervous).await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", "nervous")
        .await?;
    let client = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&client)?;
    let connection = tcp.connect(listener.local_address()).await?;
    for (worker, message, kind) in [
        ("secret", "answer", ErrorKind::UnknownAddress),
        ("nervous", "fail", ErrorKind::Other),
        ("nervous", "panic", ErrorKind::Panicked),
        ("nervous", "answer", ErrorKind::UnknownAddress),
    ] {
        let asked = client.ask::<()>(route![&connection, worker], message.to_owned());
        let error = soon(asked).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{message}: {error}");
    }
    server.start_worker("nervous", Nervous).await?;
    soon(client.ask::<()>(route![&connection, "nervous"], "answer".to_owned())).await?;
    soon(client.stop()).await?;
    soon(server.stop()).await
}
