use std::time::Duration;

use ockam::{ErrorKind, Identity, Result, SecureChannels, TransportSettings, Trust, route};
use ockam_contract::pace::soon;

use crate::nodes::{Party, pair};
use crate::workers::Echoer;

#[tokio::test]
async fn another_in_bobs_place_is_refused_by_alice() -> Result<()> {
    let pair = pair("echoer").await?;
    let stranger = Identity::create().await?.identifier();
    let to_bob = || route![&pair.connection, "secure"];
    for trust in [
        Trust::only(stranger),
        Trust::any_of([stranger]),
        Trust::any_of([]),
        Trust::from_fn(|_| false),
    ] {
        let refused = soon(pair.alice.channels.connect(to_bob(), trust)).await;
        let refused = refused.expect_err("it is Bob");
        assert_eq!(refused.kind(), ErrorKind::Denied, "{refused:#}");
        let bob = pair.bob.identity.identifier().to_string();
        assert!(refused.to_string().contains(&bob), "{refused}");
    }
    let bob = pair.bob.identity.identifier();
    for trust in [
        Trust::anyone(),
        Trust::any_of([stranger, bob]),
        Trust::from_fn(move |it| it == bob),
    ] {
        let channel = soon(pair.alice.channels.connect(to_bob(), trust)).await?;
        assert_eq!(channel.peer(), bob);
    }
    pair.stop().await
}

#[tokio::test]
async fn whoever_bob_does_not_trust_learns_only_that_the_handshake_is_over() -> Result<()> {
    let (bob, alice) = (Party::start().await?, Party::start().await?);
    let trust = Trust::only(Identity::create().await?.identifier());
    bob.channels.listen("secure", trust, "echoer").await?;
    let panics = Trust::from_fn(|_| std::panic::resume_unwind(Box::new("on purpose")));
    bob.channels.listen("panics", panics, "echoer").await?;
    let listener = bob.tcp.listen("127.0.0.1:0", ["secure", "panics"]).await?;
    let connection = alice.tcp.connect(listener.local_address()).await?;
    for listener in ["secure", "panics"] {
        let refused = alice.connect(route![&connection, listener], &bob).await;
        let refused = refused.expect_err("Alice is not trusted");
        assert_eq!(refused.kind(), ErrorKind::NoRoute, "{refused:#}");
        assert!(
            refused
                .to_string()
                .ends_with("the peer has ended the handshake"),
            "{refused}"
        );
    }
    alice.stop().await?;
    bob.stop().await
}

#[tokio::test]
async fn ones_own_identity_is_refused_unless_it_is_named() -> Result<()> {
    let party = Party::start().await?;
    party.ctx.start_worker("echoer", Echoer).await?;
    let own = party.identity.identifier();
    party
        .channels
        .listen("open", Trust::only(own), "echoer")
        .await?;
    let refused = soon(party.channels.connect("open", Trust::anyone())).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Denied);
    let channel = soon(party.channels.connect("open", Trust::only(own))).await?;
    let echo: String = soon(party.ctx.ask(route![&channel, "echoer"], "me".to_string())).await?;
    assert_eq!(echo, "me");
    party
        .channels
        .listen("anyone", Trust::anyone(), "echoer")
        .await?;
    soon(party.channels.connect("anyone", Trust::only(own)))
        .await
        .expect_err("the listener does not name it");
    party.stop().await
}

#[tokio::test]
async fn a_route_that_leads_to_no_listener_is_an_error() -> Result<()> {
    let (bob, alice) = (Party::start().await?, Party::start().await?);
    bob.ctx.start_worker("echoer", Echoer).await?;
    let listener = bob.tcp.listen("127.0.0.1:0", "echoer").await?;
    let connection = alice.tcp.connect(listener.local_address()).await?;
    for (route, kind) in [
        (route![&connection, "secure"], ErrorKind::UnknownAddress),
        (route![&connection, "echoer"], ErrorKind::WrongType),
        (route!["nobody"], ErrorKind::UnknownAddress),
        (route![], ErrorKind::NoRoute),
    ] {
        let refused = alice.connect(route.clone(), &bob).await;
        assert_eq!(refused.unwrap_err().kind(), kind, "{route}");
    }
    alice.stop().await?;
    bob.stop().await
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_given_up() -> Result<()> {
    let party = Party::start().await?;
    let settings = TransportSettings::new().connect_timeout(Duration::from_millis(100));
    let channels = SecureChannels::with_settings(&party.ctx, Identity::create().await?, settings)?;
    let silent = party.ctx.open("silent")?;
    let refused = soon(channels.connect("silent", Trust::anyone())).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::TimedOut);
    drop(silent);
    party.stop().await
}

#[tokio::test]
async fn a_node_may_have_several_identities() -> Result<()> {
    let pair = pair("who").await?;
    pair.bob
        .ctx
        .start_worker("who", crate::workers::WhoAsks)
        .await?;
    let second = Identity::create().await?;
    let channels = SecureChannels::new(&pair.alice.ctx, second.clone())?.require_extensions();
    let trust = Trust::only(pair.bob.identity.identifier());
    let channel = soon(channels.connect(route![&pair.connection, "secure"], trust)).await?;
    for (channel, identity) in [(&channel, &second), (&pair.channel, &pair.alice.identity)] {
        let who: String = soon(pair.alice.ctx.ask(route![channel, "who"], String::new())).await?;
        assert_eq!(who, identity.identifier().to_string());
    }
    pair.stop().await
}
