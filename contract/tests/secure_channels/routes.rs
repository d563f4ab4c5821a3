use ockam::{Address, ErrorKind, Result, TransportType, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;

use crate::nodes::{Party, pair};
use crate::workers::{Echoer, WhoAsks};

async fn echoes(party: &Party, channel: &ockam::SecureChannel) -> Result<()> {
    for number in 0..100 {
        let text = format!("hello {number}");
        let asked = party.ctx.ask(route![channel, "echoer"], text.clone());
        let echo: String = soon(asked).await?;
        assert_eq!(echo, text);
    }
    let long = "x".repeat(1 << 20);
    let echo: String = soon(party.ctx.ask(route![channel, "echoer"], long.clone())).await?;
    assert!(echo == long);
    let nobody = party
        .ctx
        .ask::<String>(route![channel, "nobody"], String::new());
    assert_eq!(
        soon(nobody).await.unwrap_err().kind(),
        ErrorKind::UnknownAddress
    );
    Ok(())
}

#[tokio::test]
async fn a_channel_goes_over_two_hops() -> Result<()> {
    let (alice, middle, bob) = (
        Party::start().await?,
        Party::start().await?,
        Party::start().await?,
    );
    bob.ctx.start_worker("echoer", Echoer).await?;
    let (_, to_bob) = bob.listen("echoer").await?;
    let to_bob = Address::new(TransportType::TCP, to_bob.as_str());
    let listener = middle.tcp.listen("127.0.0.1:0", to_bob.clone()).await?;
    let connection = alice.tcp.connect(listener.local_address()).await?;
    let channel = alice
        .connect(route![&connection, to_bob, "secure"], &bob)
        .await?;
    echoes(&alice, &channel).await?;
    alice.stop().await?;
    middle.stop().await?;
    bob.stop().await
}

#[tokio::test]
async fn a_channel_goes_through_workers_that_forward() -> Result<()> {
    let pair = pair("echoer").await?;
    let (alice, bob) = (&pair.alice, &pair.bob);
    bob.ctx.start_worker("echoer", Echoer).await?;
    bob.ctx.start_worker("in", Hop).await?;
    alice.ctx.start_worker("out", Hop).await?;
    let plain = bob.tcp.listen("127.0.0.1:0", ["in", "secure"]).await?;
    let connection = alice.tcp.connect(plain.local_address()).await?;
    // Otherwise only as many frames would come back as have left.
    connection.expose("out");
    let channel = alice
        .connect(route!["out", &connection, "in", "secure"], bob)
        .await?;
    echoes(alice, &channel).await?;
    pair.stop().await
}

#[tokio::test]
async fn a_channel_goes_through_another_one() -> Result<()> {
    let pair = pair("inner").await?;
    let (alice, bob) = (&pair.alice, &pair.bob);
    bob.ctx.start_worker("echoer", Echoer).await?;
    bob.channels
        .listen("inner", ockam::Trust::anyone(), "echoer")
        .await?;
    let inner = alice.connect(route![&pair.channel, "inner"], bob).await?;
    echoes(alice, &inner).await?;
    // What is exposed through the inner one is not reached by the outer one.
    let asked = alice
        .ctx
        .ask::<String>(route![&pair.channel, "echoer"], String::new());
    assert_eq!(
        soon(asked).await.unwrap_err().kind(),
        ErrorKind::UnknownAddress
    );
    pair.stop().await
}

/// The node in the middle has a channel with each, and Alice one with Bob through both.
#[tokio::test]
async fn a_channel_goes_through_one_channel_after_another() -> Result<()> {
    let (alice, middle, bob) = (
        Party::start().await?,
        Party::start().await?,
        Party::start().await?,
    );
    bob.ctx.start_worker("who", WhoAsks).await?;
    bob.channels
        .listen("inner", ockam::Trust::anyone(), "who")
        .await?;
    let (_, to_bob) = bob.listen("inner").await?;
    let connection = middle.tcp.connect(&to_bob).await?;
    let second = middle.connect(route![&connection, "secure"], &bob).await?;
    let (_, to_middle) = middle.listen(second.address().clone()).await?;
    let connection = alice.tcp.connect(&to_middle).await?;
    let first = alice
        .connect(route![&connection, "secure"], &middle)
        .await?;
    let inner = alice
        .connect(route![&first, second.address(), "inner"], &bob)
        .await?;
    let who: String = soon(alice.ctx.ask(route![&inner, "who"], String::new())).await?;
    assert_eq!(who, alice.identity.identifier().to_string());
    alice.stop().await?;
    middle.stop().await?;
    bob.stop().await
}

#[tokio::test]
async fn a_channel_goes_from_a_node_to_itself() -> Result<()> {
    let party = Party::start().await?;
    party.ctx.start_worker("echoer", Echoer).await?;
    let bob = ockam::Identity::create().await?;
    let bobs = ockam::SecureChannels::new(&party.ctx, bob.clone())?;
    bobs.listen("secure", ockam::Trust::anyone(), "echoer")
        .await?;
    let trust = ockam::Trust::only(bob.identifier());
    let channel = soon(party.channels.connect("secure", trust)).await?;
    echoes(&party, &channel).await?;
    party.stop().await
}
