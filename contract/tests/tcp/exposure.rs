//! Clause 16: other nodes reach only the addresses that are exposed.

mod answers;
mod no_way_back;
mod tenants;

use ockam::{ErrorKind, Result, Route, TransportSettings, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;
use ockam_transport::{Extension, TransportMessage};
use tokio::net::TcpListener;

use crate::nodes::{Pair, connecting, listening, pair, tcp_address};
use crate::raw::{Raw, text};
use crate::workers::Echoer;

async fn echo(pair: &Pair, to: impl Into<ockam::Address>) -> Result<String> {
    let route = route![&pair.connection, to];
    soon(pair.client.ask(route, "hello".to_string())).await
}

/// Returns the text of the error, without the name of the address.
async fn refusal(pair: &Pair, route: Route, name: &str) -> String {
    let asked = pair.client.ask::<String>(route, "hello".to_string());
    let error = soon(asked).await.expect_err("it is not exposed");
    assert_eq!(error.kind(), ErrorKind::UnknownAddress, "{error}");
    let told = format!("{error:#} {error:?}").replace(name, "…");
    // Each failure of a handler has a number of its own in the log.
    let mut parts = told.split("look for error ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| {
        told + part.trim_start_matches(|digit: char| digit.is_ascii_digit())
    })
}

#[tokio::test]
async fn a_peer_reaches_what_the_listener_exposes_and_nothing_else() -> Result<()> {
    let pair = pair("echoer").await?;
    for address in ["echoer", "hidden"] {
        pair.server.start_worker(address, Echoer).await?;
    }
    assert_eq!(echo(&pair, "echoer").await?, "hello");
    for name in ["hidden", "app"] {
        let route = route![&pair.connection, name];
        let denied = refusal(&pair, route, name).await;
        let unknown = refusal(&pair, route![&pair.connection, "nobody"], "nobody").await;
        assert_eq!(denied, unknown, "denied looks like unknown");
    }
    pair.stop().await
}

#[tokio::test]
async fn what_one_listener_exposes_another_does_not() -> Result<()> {
    let pair = pair("echoer").await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let (third, listener) = listening(TransportSettings::new(), "other").await?;
    third.start_worker("echoer", Echoer).await?;
    let connection = soon(pair.tcp.connect(listener.local_address())).await?;
    let asked = pair
        .client
        .ask::<String>(route![&connection, "echoer"], "hello".to_string());
    assert_eq!(
        soon(asked).await.unwrap_err().kind(),
        ErrorKind::UnknownAddress
    );
    assert_eq!(echo(&pair, "echoer").await?, "hello");
    soon(third.stop()).await?;
    pair.stop().await
}

#[tokio::test]
async fn an_address_can_be_exposed_and_concealed_while_connections_last() -> Result<()> {
    let pair = pair("echoer").await?;
    for address in ["echoer", "hidden"] {
        pair.server.start_worker(address, Echoer).await?;
    }
    assert!(echo(&pair, "hidden").await.is_err());
    pair.listener.expose("hidden");
    assert_eq!(echo(&pair, "hidden").await?, "hello");
    pair.listener.conceal(["hidden", "echoer"]);
    for address in ["echoer", "hidden"] {
        let error = echo(&pair, address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownAddress);
    }
    pair.stop().await
}

#[tokio::test]
async fn a_node_that_connects_exposes_nothing_by_default() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    ctx.start_worker("echoer", Echoer).await?;
    let address = listener.local_addr()?.to_string();
    let (connection, mut raw) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&listener));
    let connection = connection?;
    let ask = |name: &'static str| TransportMessage {
        onward: route![name],
        return_route: route!["raw"],
        payload: b"\x05hello",
        extension: Some(Extension {
            deadline: Some(std::time::Duration::from_secs(30)),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    };
    raw.send(&ask("echoer")).await;
    let denied = raw.next().await.expect("a report");
    assert_eq!(
        denied.failure,
        Some((ErrorKind::UnknownAddress, vec!["0#echoer".into()]))
    );
    raw.send(&ask("nobody")).await;
    let unknown = raw.next().await.expect("a report");
    assert_eq!(
        unknown.failure,
        Some((ErrorKind::UnknownAddress, vec!["0#nobody".into()]))
    );
    assert_eq!(
        (denied.onward, denied.payload),
        (unknown.onward, unknown.payload)
    );
    connection.expose("echoer");
    raw.send(&ask("echoer")).await;
    assert_eq!(
        raw.next().await.map(|seen| seen.payload),
        Some(text("hello"))
    );
    connection.conceal("echoer");
    raw.send(&ask("echoer")).await;
    assert!(raw.next().await.is_some_and(|seen| seen.failure.is_some()));
    drop(raw);
    ctx.stop().await
}

#[tokio::test]
async fn a_message_that_is_passed_on_is_still_from_outside() -> Result<()> {
    let pair = pair(["hop", "echoer"]).await?;
    pair.server.start_worker("hop", Hop).await?;
    for address in ["echoer", "hidden"] {
        pair.server.start_worker(address, Echoer).await?;
    }
    let way = |to: &str| route![&pair.connection, "hop", to];
    let answer: String = soon(pair.client.ask(way("echoer"), "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    let denied = refusal(&pair, way("hidden"), "hidden").await;
    let unknown = refusal(&pair, way("nobody"), "nobody").await;
    assert_eq!(denied, unknown);
    // It is not reached by a second hop either.
    refusal(
        &pair,
        route![&pair.connection, "hop", "hop", "hidden"],
        "hidden",
    )
    .await;
    let answer: String = soon(
        pair.server
            .ask(route!["hop", "hidden"], "hello".to_string()),
    )
    .await?;
    assert_eq!(answer, "hello", "from within, it can be reached");
    pair.stop().await
}

#[tokio::test]
async fn an_address_of_a_third_node_is_not_connected_to_unless_it_is_exposed() -> Result<()> {
    let pair = pair(["hop", "echoer"]).await?;
    pair.server.start_worker("hop", Hop).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let third = TcpListener::bind("127.0.0.1:0").await?;
    let place = third.local_addr()?.to_string();
    let address = tcp_address(&place);
    for route in [
        route![&pair.connection, &address, "echoer"],
        route![&pair.connection, "hop", &address, "echoer"],
    ] {
        refusal(&pair, route, &place).await;
    }
    // If the node had connected, that connection would have come before this one.
    let marker = tokio::net::TcpStream::connect(&place).await?;
    let (_, first) = third.accept().await?;
    assert_eq!(first, marker.local_addr()?);
    pair.stop().await
}

#[tokio::test]
async fn the_node_itself_and_its_connections_are_no_way_around() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "recorder").await?;
    let (recorder, _received) = Recorder::<u64>::new();
    server.start_worker("recorder", recorder).await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    // To itself by its own address, typed.
    let own = tcp_address(listener.local_address());
    raw.send(&TransportMessage {
        onward: route![own, "echoer"],
        return_route: route!["raw"],
        payload: &text("hello"),
        extension: Some(Extension::default()),
        ..TransportMessage::default()
    })
    .await;
    let seen = raw.next().await.expect("a report");
    assert_eq!(
        seen.failure.map(|failure| failure.0),
        Some(ErrorKind::UnknownAddress)
    );
    drop(raw);
    soon(server.stop()).await
}
