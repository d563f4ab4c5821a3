//! Rules on access that know who the peer of a channel is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ockam::{Allow, ErrorKind, Result, Subject, WorkerBuilder, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;

use crate::nodes::{Party, pair};
use crate::workers::Echoer;

async fn ask(party: &Party, route: ockam::Route) -> Result<String> {
    soon(party.ctx.ask(route, "hello".to_string())).await
}

#[tokio::test]
async fn a_rule_lets_in_one_peer() -> Result<()> {
    let pair = pair(["echoer", "hop"]).await?;
    let (alice, bob) = (&pair.alice, &pair.bob);
    let carol = Party::start().await?;
    let plain = bob.tcp.listen("127.0.0.1:0", ["secure", "echoer"]).await?;
    let connection = carol.tcp.connect(plain.local_address()).await?;
    let of_carol = carol.connect(route![&connection, "secure"], bob).await?;
    bob.ctx.start_worker("hop", Hop).await?;
    let rule = Allow::peer(alice.identity.identifier());
    WorkerBuilder::new("echoer", Echoer)
        .incoming(rule)
        .start(&bob.ctx)
        .await?;
    assert_eq!(ask(alice, route![&pair.channel, "echoer"]).await?, "hello");
    assert_eq!(
        ask(alice, route![&pair.channel, "hop", "echoer"]).await?,
        "hello"
    );
    for route in [
        route![&of_carol, "echoer"],
        route![&of_carol, "hop", "echoer"],
        route![&connection, "echoer"],
    ] {
        let refused = ask(&carol, route.clone()).await.unwrap_err();
        let kind = refused.kind();
        assert!(
            matches!(kind, ErrorKind::UnknownAddress | ErrorKind::Denied),
            "{route}: {kind}"
        );
    }
    let local = bob.ctx.ask::<String>("echoer", "hello".to_string());
    assert_eq!(soon(local).await.unwrap_err().kind(), ErrorKind::Denied);
    carol.stop().await?;
    pair.stop().await
}

/// A worker that forwards has one name, and what it forwards comes from several peers.
#[tokio::test]
async fn a_verdict_about_one_peer_is_not_one_about_another() -> Result<()> {
    let pair = pair("hop").await?;
    let (alice, bob) = (&pair.alice, &pair.bob);
    let carol = Party::start().await?;
    let plain = bob.tcp.listen("127.0.0.1:0", "secure").await?;
    let connection = carol.tcp.connect(plain.local_address()).await?;
    let of_carol = carol.connect(route![&connection, "secure"], bob).await?;
    pair.listener.expose("echoer");
    bob.ctx.start_worker("hop", Hop).await?;
    let (friend, asked) = (alice.identity.identifier(), Arc::new(AtomicUsize::new(0)));
    let count = asked.clone();
    let admit = move |sender: Subject| {
        count.fetch_add(1, Ordering::Relaxed);
        async move { Ok(sender.peer() == Some(friend)) }
    };
    WorkerBuilder::new("echoer", Echoer)
        .admit(Duration::from_secs(600), admit)
        .start(&bob.ctx)
        .await?;
    for _ in 0..3 {
        assert_eq!(
            ask(alice, route![&pair.channel, "hop", "echoer"]).await?,
            "hello"
        );
        ask(&carol, route![&of_carol, "hop", "echoer"])
            .await
            .expect_err("it is Carol");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 2, "once for each");
    carol.stop().await?;
    pair.stop().await
}
