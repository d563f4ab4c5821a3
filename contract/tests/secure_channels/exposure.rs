use ockam::{Address, ErrorKind, Result, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;

use crate::nodes::{Party, pair};
use crate::workers::{Echoer, WhoAsks, recorder};

async fn ask(party: &Party, route: ockam::Route) -> Result<String> {
    soon(party.ctx.ask(route, "hello".to_string())).await
}

#[tokio::test]
async fn what_is_exposed_through_a_channel_is_not_reached_beside_it() -> Result<()> {
    let pair = pair("echoer").await?;
    let (alice, bob) = (&pair.alice, &pair.bob);
    for name in ["echoer", "hidden"] {
        bob.ctx.start_worker(name, Echoer).await?;
    }
    assert_eq!(ask(alice, route![&pair.channel, "echoer"]).await?, "hello");
    for (first, name) in [
        (Address::from(&pair.connection), "echoer"),
        (Address::from(&pair.connection), "hidden"),
        (Address::from(&pair.channel), "hidden"),
        (Address::from(&pair.channel), "secure"),
        (Address::from(&pair.channel), "app"),
    ] {
        let refused = ask(alice, route![first.clone(), name]).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::UnknownAddress, "{first} {name}");
    }
    pair.stop().await
}

#[tokio::test]
async fn two_listeners_expose_different_things() -> Result<()> {
    let pair = pair("echoer").await?;
    let (alice, bob) = (&pair.alice, &pair.bob);
    for name in ["echoer", "other"] {
        bob.ctx.start_worker(name, Echoer).await?;
    }
    let listener = bob
        .channels
        .listen("second", ockam::Trust::anyone(), "other")
        .await?;
    let plain = bob.tcp.listen("127.0.0.1:0", "second").await?;
    let connection = alice.tcp.connect(plain.local_address()).await?;
    let second = alice.connect(route![&connection, "second"], bob).await?;
    assert_eq!(ask(alice, route![&second, "other"]).await?, "hello");
    for route in [route![&second, "echoer"], route![&pair.channel, "other"]] {
        let refused = ask(alice, route).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::UnknownAddress);
    }
    // While the channel lasts.
    listener.expose("echoer");
    assert_eq!(ask(alice, route![&second, "echoer"]).await?, "hello");
    listener.conceal(["echoer", "other"]);
    for name in ["echoer", "other"] {
        ask(alice, route![&second, name])
            .await
            .expect_err("it is concealed");
    }
    listener.stop().await?;
    alice
        .connect(route![&connection, "second"], bob)
        .await
        .expect_err("nobody listens any more");
    pair.stop().await
}

/// Whoever knows the address of a channel of Bob's can't speak to Alice in Bob's name.
#[tokio::test]
async fn others_do_not_get_into_a_channel() -> Result<()> {
    let pair = pair("back").await?;
    let (alice, bob) = (&pair.alice, &pair.bob);
    let mut routes = recorder::<String>(&bob.ctx, "routes").await?;
    bob.ctx.start_worker("back", Tells("routes".into())).await?;
    let mut inbox = recorder::<u64>(&alice.ctx, "inbox").await?;
    pair.channel.expose(["inbox", "who"]);
    alice.ctx.start_worker("who", WhoAsks).await?;
    alice
        .ctx
        .send_message(route![&pair.channel, "back"], 1_u64)
        .await?;
    let to_alice: Address = soon(routes.recv()).await.expect("it has come").parse()?;
    // Bob himself can send through it.
    let who: String = soon(bob.ctx.ask(route![&to_alice, "who"], String::new())).await?;
    assert_eq!(who, bob.identity.identifier().to_string());

    let eve = Party::start().await?;
    bob.ctx.start_worker("hop", Hop).await?;
    let plain = bob.tcp.listen("127.0.0.1:0", ["hop", "secure"]).await?;
    let connection = eve.tcp.connect(plain.local_address()).await?;
    let own = eve.connect(route![&connection, "secure"], bob).await?;
    for way in [
        route![&connection, &to_alice, "inbox"],
        route![&connection, "hop", &to_alice, "inbox"],
        route![&own, &to_alice, "inbox"],
    ] {
        let asked = soon(eve.ctx.ask::<u64>(way.clone(), 666_u64)).await;
        let kind = asked.unwrap_err().kind();
        assert!(
            matches!(kind, ErrorKind::UnknownAddress | ErrorKind::Denied),
            "{way}: {kind}"
        );
    }
    bob.ctx
        .send_message(route![&to_alice, "inbox"], 2_u64)
        .await?;
    assert_eq!(soon(inbox.recv()).await, Some(2), "nothing came before it");
    eve.stop().await?;
    pair.stop().await
}

/// Tells the address of the connection by which each message has come.
struct Tells(Address);

#[ockam::async_worker]
impl ockam::Worker for Tells {
    type Message = u64;

    async fn handle_message(
        &mut self,
        ctx: &mut ockam::Context,
        msg: ockam::Routed<u64>,
    ) -> Result<()> {
        let first = msg.return_route().first().map(ToString::to_string);
        ctx.send_message(&self.0, first.unwrap_or_default()).await
    }
}

/// Whoever listens at more than this machine is warned of what everybody reaches, unless everybody has to prove first
/// who it is.
#[tokio::test]
async fn a_listener_warns_of_what_is_reached_without_a_channel() -> Result<()> {
    crate::log_lines::record();
    let bob = Party::start().await?;
    for name in ["echoer", "hidden"] {
        bob.ctx.start_worker(name, Echoer).await?;
    }
    let trust = ockam::Trust::anyone();
    let secure = bob.channels.listen("secure", trust, "echoer").await?;
    let warned = |listener: &ockam::Listener| {
        let (_, port) = listener
            .local_address()
            .rsplit_once(':')
            .unwrap_or_default();
        !crate::log_lines::lines_with(&format!("reaches 0.0.0.0:{port} ")).is_empty()
    };
    for (exposed, is_warned) in [
        (vec!["secure"], false),
        (vec!["hidden"], true),
        (vec!["secure", "hidden"], true),
        (vec![], true),
    ] {
        let addresses: ockam::Addresses = exposed.iter().copied().collect();
        let listener = bob.tcp.listen("0.0.0.0:0", addresses).await?;
        assert_eq!(warned(&listener), is_warned, "{exposed:?}");
    }
    secure.stop().await?;
    let listener = bob.tcp.listen("0.0.0.0:0", "secure").await?;
    assert!(warned(&listener), "nobody has to prove anything any more");
    bob.stop().await
}
