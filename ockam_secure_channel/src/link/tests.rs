//! Channels whose ends take each other for nodes of upstream.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ockam_core::{Address, Any, ErrorKind, Result, Routed, Worker, route};
use ockam_identity::Identity;
use ockam_node::{Context, NodeBuilder};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

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

/// A message that a [`Tap`] has seen.
struct Seen {
    to: Option<Address>,
    hops_back: usize,
    bytes: usize,
}

/// Forwards messages, and tells the test what it has seen.
struct Tap(UnboundedSender<Seen>);

impl Worker for Tap {
    type Message = Any;
    type Context = Context;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<Any>) -> Result<()> {
        let seen = Seen {
            to: msg.onward_route().first().cloned(),
            hops_back: msg.return_route().len(),
            bytes: msg.body().downcast_ref::<Vec<u8>>().map_or(0, Vec::len),
        };
        // This fails if the test no longer reads.
        let _ = self.0.send(seen);
        ctx.forward(msg).await
    }
}

/// A responder of upstream answers along the way back of the newest frame, with the address that it has known from
/// the beginning behind it: as if the frame had no way back beyond the nodes in between.
#[tokio::test]
async fn the_frames_of_an_initiator_have_no_way_back() -> Result<()> {
    AS_UPSTREAM.set(true);
    let (ctx, alices, bobs) = node().await?;
    let (sender, mut passed) = unbounded_channel();
    ctx.start_worker("tap", Tap(sender)).await?;
    bobs.listen("secure", Trust::anyone(), "echoer").await?;
    let channel = alices
        .connect(route!["tap", "secure"], Trust::anyone())
        .await?;
    for text in ["one", "two", "three"] {
        let asked = ctx.ask::<String>(route![&channel, "echoer"], text.to_string());
        assert_eq!(asked.await?, text);
    }
    channel.close().await;
    ctx.stop().await?;
    let (mut to_bob, mut to_alice) = (Vec::new(), Vec::new());
    let mut inlet_of_alice = None;
    for number in 0.. {
        let Ok(Seen {
            to,
            hops_back: hops,
            ..
        }) = passed.try_recv()
        else {
            break;
        };
        // The second message is Bob's answer to the first.
        if number == 1 {
            inlet_of_alice = to.clone();
        }
        match to.is_some() && to == inlet_of_alice {
            true => to_alice.push(hops),
            false => to_bob.push(hops),
        }
    }
    // Two messages of the handshake, and the frames.
    assert_eq!(to_bob[..2], [1, 1]);
    assert!(
        to_bob.len() >= 5 && to_bob[2..].iter().all(|hops| *hops == 0),
        "{to_bob:?}"
    );
    assert!(
        to_alice.len() >= 4 && to_alice.iter().all(|hops| *hops == 1),
        "{to_alice:?}"
    );
    Ok(())
}

/// Returns the lengths of what is sealed in a channel for texts of many lengths.
async fn lengths(pads: bool) -> Result<Vec<usize>> {
    let (ctx, mut alices, mut bobs) = node().await?;
    if pads {
        (alices, bobs) = (alices.pad_lengths(), bobs.pad_lengths());
    }
    let (sender, mut passed) = unbounded_channel();
    ctx.start_worker("tap", Tap(sender)).await?;
    bobs.listen("secure", Trust::anyone(), "echoer").await?;
    let route = route!["tap", "secure"];
    let channel = alices.connect(route, Trust::anyone()).await?;
    // What is said in the beginning has passed.
    for _ in 0..2 {
        let asked = ctx.ask::<String>(route![&channel, "echoer"], String::new());
        asked.await?;
    }
    while passed.try_recv().is_ok() {}
    for length in 0..50 {
        let text = "x".repeat(length);
        let asked = ctx.ask::<String>(route![&channel, "echoer"], text.clone());
        assert_eq!(asked.await?, text);
    }
    channel.close().await;
    ctx.stop().await?;
    let mut lengths = Vec::new();
    while let Ok(seen) = passed.try_recv() {
        lengths.push(seen.bytes);
    }
    lengths.sort_unstable();
    lengths.dedup();
    Ok(lengths)
}

#[tokio::test]
async fn what_is_padded_has_one_length() -> Result<()> {
    for is_upstream in [false, true] {
        AS_UPSTREAM.set(is_upstream);
        let (padded, plain) = (lengths(true).await?, lengths(false).await?);
        assert!(padded.len() <= 2, "{padded:?}");
        assert!(plain.len() > 50, "{plain:?}");
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_given_up_if_one_wants_so() -> Result<()> {
    AS_UPSTREAM.set(true);
    let idle = Duration::from_secs(60);
    for is_limited in [false, true] {
        let (ctx, mut alices, bobs) = node().await?;
        if is_limited {
            alices = alices.upstream_idle_timeout(idle);
        }
        let handshakes = Arc::<AtomicUsize>::default();
        let counted = handshakes.clone();
        let trust = Trust::from_fn(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            true
        });
        bobs.listen("secure", trust, "echoer").await?;
        let channel = alices.connect("secure", Trust::anyone()).await?;
        let ask = || ctx.ask::<String>(route![&channel, "echoer"], "hello".to_string());
        // Who answers in time is not given up.
        for _ in 0..5 {
            tokio::time::sleep(idle * 2 / 3).await;
            assert_eq!(ask().await?, "hello");
        }
        assert_eq!(handshakes.load(Ordering::Relaxed), 1);
        tokio::time::sleep(idle * 3).await;
        assert_eq!(ask().await?, "hello");
        assert_eq!(handshakes.load(Ordering::Relaxed) > 1, is_limited);
        ctx.stop().await?;
    }
    Ok(())
}
