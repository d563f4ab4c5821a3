//! Clause 16: from outside, nothing is reachable unless it was said.

use std::time::Duration;

use ockam::{Context, ErrorKind, Result, Route, TransportSettings, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;
use ockam_transport::{Extension, Failure, TransportMessage};
use tokio::net::TcpListener;

use crate::nodes::{Pair, connecting, dead_letters, listening, pair, tcp_address};
use crate::raw::{Raw, text};
use crate::workers::{Echoer, Sends};

async fn echo(pair: &Pair, to: impl Into<ockam::Address>) -> Result<String> {
    let route = route![&pair.connection, to];
    soon(pair.client.ask(route, "hello".to_string())).await
}

/// Returns what is said of an address, without its name.
async fn refusal(pair: &Pair, route: Route, name: &str) -> String {
    let asked = pair.client.ask::<String>(route, "hello".to_string());
    let error = soon(asked).await.expect_err("it is not exposed");
    assert_eq!(error.kind(), ErrorKind::UnknownAddress, "{error}");
    format!("{error:#} {error:?}").replace(name, "…")
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
async fn who_connects_exposes_nothing_until_it_says_so() -> Result<()> {
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

/// What a raw client sees of a node, by two connections.
struct Two {
    server: Context,
    one: Raw,
    two: Raw,
}

/// A node that asks `raw` of the first connection for a number, whose reply address is returned, too.
async fn asked() -> Result<(Two, Route, tokio::task::JoinHandle<Result<String>>)> {
    let (mut server, listener) = listening(TransportSettings::new(), ["app", "echoer"]).await?;
    server.start_worker("echoer", Echoer).await?;
    let mut one = Raw::upstream(listener.local_address()).await;
    let two = Raw::upstream(listener.local_address()).await;
    one.tell(route!["app"], route!["raw"], &text("here I am"))
        .await;
    let here = soon(server.receive::<String>()).await?;
    let (sender, back) = (server.sender(), here.return_route().clone());
    let question = "who are you?".to_string();
    let asked = tokio::spawn(async move { sender.ask::<String>(back, question).await });
    let seen = one.next().await.expect("the question");
    assert_eq!(
        (seen.onward, seen.payload),
        (route!["raw"], text("who are you?"))
    );
    Ok((Two { server, one, two }, seen.return_route, asked))
}

#[tokio::test]
async fn an_answer_is_taken_once() -> Result<()> {
    let (mut all, reply, asked) = asked().await?;
    let name = reply.last().expect("a reply address").value().to_vec();
    assert_eq!(
        (reply.len(), name.len()),
        (1, 32),
        "128 random bits, as text"
    );
    assert!(name.iter().all(u8::is_ascii_hexdigit));
    all.one
        .tell(reply.clone(), route!["raw"], &text("a peer"))
        .await;
    assert_eq!(soon(asked).await??, "a peer");
    all.one
        .tell(reply.clone(), route!["raw"], &text("a peer again"))
        .await;
    dead_letters(&all.server, 1).await;
    all.one.echo().await;
    drop((all.one, all.two));
    soon(all.server.stop()).await
}

#[tokio::test]
async fn an_answer_by_another_connection_is_none() -> Result<()> {
    let (mut all, reply, asked) = asked().await?;
    all.two
        .tell(reply.clone(), route!["raw"], &text("me, me!"))
        .await;
    dead_letters(&all.server, 1).await;
    assert!(!asked.is_finished());
    all.one.tell(reply, route!["raw"], &text("a peer")).await;
    assert_eq!(soon(asked).await??, "a peer");
    drop((all.one, all.two));
    soon(all.server.stop()).await
}

#[tokio::test]
async fn a_report_by_another_connection_fails_no_ask() -> Result<()> {
    let (mut all, reply, asked) = asked().await?;
    all.two.sign_of_life().await;
    let failed = Extension {
        failure: Some(Failure {
            kind: ErrorKind::NoReply,
            id: 0,
            names: Vec::new(),
        }),
        ..Extension::default()
    };
    let report = TransportMessage {
        onward: reply.clone(),
        extension: Some(failed),
        ..TransportMessage::default()
    };
    all.two.send(&report).await;
    all.two.echo().await;
    assert!(!asked.is_finished());
    all.one.send(&report).await;
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoReply);
    drop((all.one, all.two));
    soon(all.server.stop()).await
}

#[tokio::test]
async fn a_sender_can_be_answered_with_as_many_messages_as_it_has_sent() -> Result<()> {
    let (mut server, listener) = listening(TransportSettings::new(), ["app", "echoer"]).await?;
    server.start_worker("echoer", Echoer).await?;
    let mut desk = server.open("desk")?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.tell(route!["app"], route!["raw"], &text("here I am"))
        .await;
    let back = soon(server.receive::<String>())
        .await?
        .return_route()
        .clone();
    raw.tell(route!["desk"], route![], &text("unasked")).await;
    dead_letters(&server, 1).await;
    for number in 0..2_u64 {
        desk.send_message(&back, number).await?;
        assert!(raw.next().await.is_some());
    }
    for word in ["one", "two", "three"] {
        raw.tell(route!["desk"], route![], &text(word)).await;
    }
    for word in ["one", "two"] {
        assert_eq!(soon(desk.receive::<String>()).await?, word);
    }
    dead_letters(&server, 2).await;
    drop(raw);
    soon(server.stop()).await
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
    // Nor by a second hop.
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
    // A connection that it had been made to open would have come before this one.
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

#[tokio::test]
async fn reports_are_not_answered_by_reports() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    for onward in [
        route!["nobody"],
        route!["echoer"],
        route!["hidden", "nobody"],
        route![],
    ] {
        raw.send(&TransportMessage {
            onward,
            return_route: route!["raw"],
            extension: Some(Extension {
                failure: Some(Failure {
                    kind: ErrorKind::UnknownAddress,
                    id: 7,
                    names: vec!["0#raw"],
                }),
                ..Extension::default()
            }),
            ..TransportMessage::default()
        })
        .await;
    }
    // The next thing that comes is the answer to this.
    raw.echo().await;
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn a_peer_that_asks_under_the_name_of_a_worker_gets_nothing_of_what_is_for_it() -> Result<()>
{
    let far = TcpListener::bind("127.0.0.1:0").await?;
    let address = far.local_addr()?.to_string();
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let (connection, mut far) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&far));
    let connection = connection?;
    let (recorder, mut received) = Recorder::<u64>::new();
    ctx.start_worker("recorder", recorder).await?;
    connection.expose("recorder");
    let (sends, mut failures) = Sends::<u64>::new(route![&connection, "x"]);
    ctx.start_worker("sends", sends).await?;

    let listener = tcp.listen("127.0.0.1:0", connection.address()).await?;
    let mut asker = Raw::ours(listener.local_address()).await;
    let mut ways = Vec::new();
    for name in ["recorder", "sends"] {
        asker
            .send(&TransportMessage {
                onward: route![&connection, "x"],
                return_route: route![name],
                payload: &text("who is there?"),
                extension: Some(Extension {
                    deadline: Some(Duration::from_secs(30)),
                    ..Extension::default()
                }),
                ..TransportMessage::default()
            })
            .await;
        let question = far.next().await.expect("the question");
        ways.push(question.return_route);
    }

    let body = 7_u64.to_le_bytes();
    far.tell(route!["recorder"], route![], &body).await;
    assert_eq!(soon(received.recv()).await, Some(7));
    ctx.send_message("sends", 7_u64).await?;
    assert!(far.next().await.is_some());
    far.send(&TransportMessage {
        onward: route!["sends"],
        extension: Some(Extension {
            failure: Some(Failure {
                kind: ErrorKind::UnknownAddress,
                id: 0,
                names: vec!["x"],
            }),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    })
    .await;
    let failure = soon(failures.recv()).await.expect("the worker lives");
    assert_eq!(failure.kind(), ErrorKind::UnknownAddress);

    for (way, name) in ways.into_iter().zip(["recorder", "sends"]) {
        far.tell(way, route![], &text("it is me")).await;
        let seen = asker.next().await.expect("the answer");
        assert_eq!(
            (seen.onward, seen.payload),
            (route![name], text("it is me"))
        );
    }
    drop((asker, far));
    soon(ctx.stop()).await
}
