//! Channels whose ends take each other for nodes of upstream.

use std::time::Duration;

use ockam_core::{ErrorKind, Result, Routed, Worker, route};
use ockam_identity::Identity;
use ockam_node::{Context, NodeBuilder};

use super::{SecureChannels, Trust};
use crate::handshake::proof::tests::AS_UPSTREAM;

struct Echoer;

impl Worker for Echoer {
    type Message = String;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<String>) -> Result<()> {
        assert!(msg.peer().is_some());
        ctx.reply(msg.into_body()).await
    }
}

async fn node() -> Result<(Context, SecureChannels, SecureChannels)> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("echoer", Echoer).await?;
    let bobs = SecureChannels::new(&ctx, Identity::create().await?)?;
    let alices = SecureChannels::new(&ctx, Identity::create().await?)?;
    Ok((ctx, alices, bobs))
}

#[tokio::test]
async fn messages_pass_one_by_one() -> Result<()> {
    AS_UPSTREAM.set(true);
    let (ctx, alices, bobs) = node().await?;
    bobs.listen("secure", Trust::anyone(), "echoer").await?;
    let channel = alices.connect("secure", Trust::anyone()).await?;
    for length in (0..200).chain([1_000, 100_000, 1 << 20]) {
        let text = "x".repeat(length);
        let asked = ctx.ask::<String>(route![&channel, "echoer"], text.clone());
        assert!(asked.await? == text, "{length}");
    }
    // Nobody there tells of failures.
    let nobody = ctx.ask_timeout::<String>(
        route![&channel, "nobody"],
        String::new(),
        Duration::from_millis(100),
    );
    assert_eq!(nobody.await.unwrap_err().kind(), ErrorKind::TimedOut);
    channel.close().await;
    ctx.stop().await
}

#[tokio::test]
async fn a_peer_without_extensions_is_refused_by_those_who_require_them() -> Result<()> {
    AS_UPSTREAM.set(true);
    let (ctx, alices, bobs) = node().await?;
    let bobs = bobs.require_extensions();
    bobs.listen("secure", Trust::anyone(), "echoer").await?;
    // Towards upstream, Alice is done when her last message has left.
    let channel = alices.connect("secure", Trust::anyone()).await?;
    let asked = ctx.ask_timeout::<String>(
        route![&channel, "echoer"],
        "hello".to_string(),
        Duration::from_millis(500),
    );
    asked.await.expect_err("Bob requires them");
    let alices = alices.require_extensions();
    let refused = alices.connect("secure", Trust::anyone()).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Denied);
    ctx.stop().await
}
