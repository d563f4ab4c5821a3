//! Looking at another node.

use std::net::SocketAddr;

use ockam::{
    Address, Context, ErrorKind, NodeBuilder, Result, TcpTransport, Worker, WorkerBuilder, route,
};
use ockam_console::{Console, Look};

use crate::client::{get, get_with, until};
use crate::planted::{Busy, console, node};

/// Starts a console that shows the node `bank`, which is behind an address.
async fn shows_bank(ctx: &Context, address: &str) -> Result<SocketAddr> {
    let tcp = TcpTransport::new(ctx)?;
    let connection = tcp.connect(address).await?;
    let console = Console::new(ctx).node("bank", route![&connection, "looker"]);
    Ok(console.listen("127.0.0.1:0").await?.local_address())
}

async fn listen(server: &Context) -> Result<String> {
    let tcp = TcpTransport::new(server)?;
    let listener = tcp.listen("127.0.0.1:0", "looker").await?;
    Ok(listener.local_address().to_owned())
}

#[tokio::test]
async fn a_worker_that_hangs_on_another_node_is_found_from_here() -> Result<()> {
    let bank = NodeBuilder::new().name("the bank").start().await?;
    let looker = console(&bank).await?.worker();
    WorkerBuilder::new("looker", looker).start(&bank).await?;
    bank.start_worker("busy", Busy).await?;
    bank.send_message("busy", "hang".to_string()).await?;
    let ctx = NodeBuilder::new().name("here").start().await?;
    let at = shows_bank(&ctx, &listen(&bank).await?).await?;

    let nodes = get(at, "/api/nodes").await.json();
    let here = serde_json::json!({"name": "here", "path": ""});
    let there = serde_json::json!({"name": "bank", "path": "nodes/bank/"});
    assert_eq!(nodes, serde_json::json!([here, there]));
    let line = "slow\t0#busy\t";
    let found = until(at, "/nodes/bank/diagnose?slow_ms=50", |it| {
        it.body.contains(line)
    })
    .await;
    assert_eq!(found.status, 503);
    let there = get(at, "/nodes/bank/api/node").await;
    assert!(
        there.head.contains("content-type: application/json"),
        "{}",
        there.head
    );
    assert_eq!(there.json()["name"], "the bank");
    assert_eq!(get(at, "/api/node").await.json()["name"], "here");
    let metrics = get(at, "/nodes/bank/metrics?workers=1").await.body;
    assert!(metrics.contains("worker=\"0#busy\""), "{metrics}");
    assert_eq!(get(at, "/nodes/bank/diagnose?slow_ms=x").await.status, 400);
    for nothing in [
        "/nodes/nobody/api/node",
        "/nodes/bank/api/openapi.json",
        "/nodes/bank/nodes/bank/api/node",
        "/nodes/bank/",
    ] {
        assert_eq!(get(at, nothing).await.status, 404, "{nothing}");
    }
    bank.kill_worker("busy").await?;
    bank.stop().await?;
    let gone = until(at, "/nodes/bank/api/node", |answer| answer.status == 502).await;
    assert!(
        gone.body
            .starts_with("the node `bank` can't be looked at: "),
        "{}",
        gone.body
    );
    ctx.stop().await
}

#[tokio::test]
async fn whoever_the_rules_refuse_sees_nothing() -> Result<()> {
    let (bank, ctx) = (node().await?, node().await?);
    let looker = console(&bank).await?.worker();
    let looker = WorkerBuilder::new("looker", looker).incoming(|_: &ockam::Subject| false);
    looker.start(&bank).await?;
    let at = shows_bank(&ctx, &listen(&bank).await?).await?;
    let refused = get(at, "/nodes/bank/api/node").await;
    assert_eq!(refused.status, 502);
    assert!(
        refused.head.contains("content-type: text/plain"),
        "{}",
        refused.head
    );
    ctx.stop().await?;
    bank.stop().await
}

#[tokio::test]
async fn the_token_is_asked_for_other_nodes_too() -> Result<()> {
    let (bank, ctx) = (node().await?, node().await?);
    let looker = console(&bank).await?.worker();
    bank.start_worker("looker", looker).await?;
    let connection = TcpTransport::new(&ctx)?
        .connect(&*listen(&bank).await?)
        .await?;
    let console = Console::new(&ctx).token("0123456789abcdef");
    let console = console.node("bank", route![&connection, "looker"]);
    let at = console.listen("127.0.0.1:0").await?.local_address();
    for path in ["/nodes/bank/api/node", "/api/nodes"] {
        assert_eq!(get(at, path).await.status, 401, "{path}");
        let token = "Authorization: Bearer 0123456789abcdef\r\n";
        assert_eq!(get_with(at, path, token).await.status, 200, "{path}");
    }
    ctx.stop().await?;
    bank.stop().await
}

/// Says that it is a console.
struct Liar;

impl Worker for Liar {
    type Message = Look;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, _look: Look) -> Result<()> {
        ctx.reply("<script>alert(1)</script>".to_string()).await
    }
}

#[tokio::test]
async fn an_answer_that_is_none_of_a_console_is_not_shown() -> Result<()> {
    let (bank, ctx) = (node().await?, node().await?);
    bank.start_worker("looker", Liar).await?;
    let at = shows_bank(&ctx, &listen(&bank).await?).await?;
    let answer = get(at, "/nodes/bank/api/node").await;
    assert_eq!(answer.status, 502);
    assert!(
        answer.head.contains("content-type: text/plain"),
        "{}",
        answer.head
    );
    assert!(!answer.body.contains("<script>"), "{}", answer.body);
    ctx.stop().await?;
    bank.stop().await
}

#[tokio::test]
async fn nodes_have_names_that_can_stand_in_a_path() -> Result<()> {
    let ctx = node().await?;
    let long = "n".repeat(65);
    for wrong in ["", "a b", "..", ".", "a/b", "ä", "\u{1b}[31m", &long] {
        let console = Console::new(&ctx).node(wrong, "looker");
        let refused = console.listen("127.0.0.1:0").await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidInput, "{wrong}");
        assert!(!refused.to_string().contains('\u{1b}'), "{refused}");
    }
    let mut console = Console::new(&ctx);
    for number in 0..17 {
        console = console.node(format!("node-{number}"), "looker");
    }
    let refused = console.listen("127.0.0.1:0").await.unwrap_err();
    assert!(refused.to_string().contains("at most 16"), "{refused}");
    assert!(ctx.inspect().worker(Address::from("console")).is_none());
    ctx.stop().await
}
