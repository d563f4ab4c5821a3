use std::time::Duration;

use ockam::{ErrorKind, Result, route};
use ockam_contract::pace::soon;

use crate::nodes::{Party, quick};
use crate::proxy::Proxy;
use crate::workers::{Echoer, recorder};

async fn echo(party: &Party, channel: &ockam::SecureChannel) -> Result<String> {
    let asked = party.ctx.ask_timeout(
        route![channel, "echoer"],
        "hello".to_string(),
        Duration::from_secs(5),
    );
    soon(asked).await
}

#[tokio::test]
async fn a_channel_is_made_again_at_the_same_address_when_its_connection_comes_back() -> Result<()>
{
    let (alice, bob) = (
        Party::with_settings(quick()).await?,
        Party::with_settings(quick()).await?,
    );
    bob.ctx.start_worker("echoer", Echoer).await?;
    let (_, address) = bob.listen("echoer").await?;
    let proxy = Proxy::to(&address).await;
    let connection = soon(alice.tcp.connect(proxy.address())).await?;
    let channel = alice.connect(route![&connection, "secure"], &bob).await?;
    for _ in 0..5 {
        assert_eq!(echo(&alice, &channel).await?, "hello");
        proxy.cut();
        // What was under way may be lost. All else passes again, at the same address.
        let mut failures = 0;
        while let Err(error) = echo(&alice, &channel).await {
            let kind = error.kind();
            let is_loss = matches!(
                kind,
                ErrorKind::OutcomeUnknown | ErrorKind::TimedOut | ErrorKind::NoRoute
            );
            assert!(is_loss, "{error:#}");
            failures += 1;
            assert!(failures < 50, "it does not come back");
        }
    }
    alice.stop().await?;
    bob.stop().await
}

#[tokio::test]
async fn what_is_under_way_when_the_connection_is_lost_ends_as_unknown() -> Result<()> {
    let (alice, bob) = (
        Party::with_settings(quick()).await?,
        Party::with_settings(quick()).await?,
    );
    let mut questions = recorder::<String>(&bob.ctx, "silent").await?;
    let silent = bob.ctx.open("open")?;
    let (_, address) = bob.listen(["silent", "open"]).await?;
    let proxy = Proxy::to(&address).await;
    let connection = soon(alice.tcp.connect(proxy.address())).await?;
    let channel = alice.connect(route![&connection, "secure"], &bob).await?;
    let asked = alice
        .ctx
        .ask::<String>(route![&channel, "open"], "never".to_string());
    let mut asked = Box::pin(asked);
    assert!(
        ockam_contract::pace::poll_once(&mut asked)
            .await
            .is_pending()
    );
    alice
        .ctx
        .send_message(route![&channel, "silent"], "there".to_string())
        .await?;
    soon(questions.recv()).await;
    proxy.cut();
    assert_eq!(
        soon(asked).await.unwrap_err().kind(),
        ErrorKind::OutcomeUnknown
    );
    drop(silent);
    alice.stop().await?;
    bob.stop().await
}

#[tokio::test]
async fn another_identity_does_not_take_the_place_of_the_peer() -> Result<()> {
    let (alice, bob) = (
        Party::with_settings(quick()).await?,
        Party::with_settings(quick()).await?,
    );
    bob.ctx.start_worker("echoer", Echoer).await?;
    let (_, address) = bob.listen("echoer").await?;
    let connection = soon(alice.tcp.connect(&address)).await?;
    let to_bob = route![&connection, "secure"];
    let channel = soon(alice.channels.connect(to_bob, ockam::Trust::anyone())).await?;
    assert_eq!(echo(&alice, &channel).await?, "hello");
    bob.stop().await?;
    let eve = Party::with_settings(quick()).await?;
    eve.ctx.start_worker("echoer", Echoer).await?;
    eve.channels
        .listen("secure", ockam::Trust::anyone(), "echoer")
        .await?;
    soon(eve.tcp.listen(&address, "secure")).await?;
    // The connection comes back, and the channel doesn't.
    soon(alice.connect(route![&connection, "secure"], &eve))
        .await
        .expect("Eve is there");
    for _ in 0..3 {
        let asked = alice.ctx.ask_timeout::<String>(
            route![&channel, "echoer"],
            "for Bob".to_string(),
            Duration::from_millis(500),
        );
        soon(asked).await.expect_err("Eve is not Bob");
    }
    alice.stop().await?;
    eve.stop().await
}
