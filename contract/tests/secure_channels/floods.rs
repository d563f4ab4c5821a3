use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ockam::{
    Address, Identity, NodeBuilder, Result, Route, SecureChannels, TransportType, Trust, route,
};
use ockam_contract::pace::soon;
use tokio::task::JoinHandle;

use crate::nodes::{Party, pair};
use crate::workers::Echoer;

/// Begins handshakes along a route, one after the other, and finishes none.
fn flood(eve: &Party, to_bob: Route) -> Result<JoinHandle<()>> {
    let inbox = eve.ctx.open("inbox")?;
    Ok(tokio::spawn(async move {
        for number in 0..u32::MAX {
            let mut first = vec![7; 32];
            first[..4].copy_from_slice(&number.to_be_bytes());
            // Its answers find no room before long.
            if inbox.send_message(&to_bob, first).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }))
}

/// Opens a channel along a route, and asks through it.
async fn succeeds(alice: &Party, route: Route, bob: &Party) -> Result<()> {
    // All nodes share one thread, on a machine that may have much else to do: it may take another attempt.
    let mut attempts = 0;
    let channel = loop {
        match alice.connect(&route, bob).await {
            Ok(channel) => break channel,
            Err(error) => assert!(attempts < 5, "{error:#}"),
        }
        attempts += 1;
    };
    let asked = alice
        .ctx
        .ask(route![&channel, "echoer"], "hello".to_string());
    let echo: String = soon(asked).await?;
    assert_eq!(echo, "hello");
    Ok(())
}

#[tokio::test]
async fn honest_handshakes_succeed_while_others_begin_many_and_finish_none() -> Result<()> {
    let (alice, bob, eve) = (
        Party::start().await?,
        Party::start().await?,
        Party::start().await?,
    );
    bob.ctx.start_worker("echoer", Echoer).await?;
    let (_, address) = bob.listen("echoer").await?;
    let connection = eve.tcp.connect(&address).await?;
    let flooding = flood(&eve, route![&connection, "secure"])?;
    let connection = alice.tcp.connect(&address).await?;
    succeeds(&alice, route![&connection, "secure"], &bob).await?;
    assert!(!flooding.is_finished(), "it goes on all the time");
    flooding.abort();
    alice.stop().await?;
    eve.stop().await?;
    bob.stop().await
}

/// Bob has one connection, by which both come.
#[tokio::test]
async fn they_succeed_behind_the_same_node_as_those_who_flood() -> Result<()> {
    let (alice, bob, eve, middle) = (
        Party::start().await?,
        Party::start().await?,
        Party::start().await?,
        Party::start().await?,
    );
    bob.ctx.start_worker("echoer", Echoer).await?;
    let (_, address) = bob.listen("echoer").await?;
    let to_bob = Address::new(TransportType::TCP, address.as_str());
    let listener = middle.tcp.listen("127.0.0.1:0", to_bob.clone()).await?;
    let connection = eve.tcp.connect(listener.local_address()).await?;
    let flooding = flood(&eve, route![&connection, to_bob.clone(), "secure"])?;
    let connection = alice.tcp.connect(listener.local_address()).await?;
    succeeds(&alice, route![&connection, to_bob, "secure"], &bob).await?;
    assert!(!flooding.is_finished(), "it goes on all the time");
    flooding.abort();
    alice.stop().await?;
    eve.stop().await?;
    middle.stop().await?;
    bob.stop().await
}

#[tokio::test]
async fn what_is_no_handshake_is_left_alone() -> Result<()> {
    let pair = pair("echoer").await?;
    pair.bob.ctx.start_worker("echoer", Echoer).await?;
    for length in [0, 1, 31, 33, 1_000, 65_535, 65_536, 1 << 20] {
        let junk = vec![7_u8; length];
        let to_bob = route![&pair.connection, "secure"];
        soon(pair.alice.ctx.send_message(to_bob, junk)).await?;
    }
    // A way back that is longer than any.
    let hops = (0..60).map(|number| ockam::Address::from(format!("{number:01000}")));
    let message = ockam::Routed::new(vec![7_u8; 32], hops.collect());
    let message = message.with_onward_route(route![&pair.connection, "secure"]);
    soon(pair.alice.ctx.forward(message)).await?;
    let asked = pair
        .alice
        .ctx
        .ask(route![&pair.channel, "echoer"], "on".to_string());
    let echo: String = soon(asked).await?;
    assert_eq!(echo, "on");
    pair.stop().await
}

#[tokio::test(start_paused = true)]
async fn keys_are_a_day_old_at_most() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    ctx.start_worker("echoer", Echoer).await?;
    let handshakes = Arc::new(AtomicUsize::new(0));
    let counted = handshakes.clone();
    let bobs = SecureChannels::new(&ctx, Identity::create().await?)?;
    let count = Trust::from_fn(move |_| counted.fetch_add(1, Ordering::Relaxed) < usize::MAX);
    bobs.listen("secure", count, "echoer").await?;
    let alice = SecureChannels::new(&ctx, Identity::create().await?)?;
    let channel = alice.connect("secure", Trust::anyone()).await?;
    for _ in 0..49 {
        let asked = ctx.ask::<String>(route![&channel, "echoer"], "hello".to_string());
        assert_eq!(asked.await?, "hello");
        tokio::time::sleep(Duration::from_secs(3_700)).await;
    }
    assert_eq!(handshakes.load(Ordering::Relaxed), 3);
    ctx.stop().await
}
