//! Answers and reports from peers: what they may reach.

use std::time::Duration;

use ockam::{Context, ErrorKind, Result, Route, TransportSettings, route};
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;
use ockam_transport::{Extension, Failure, TransportMessage};
use tokio::net::TcpListener;

use crate::nodes::{connecting, denied, listening};
use crate::raw::{Raw, text};
use crate::workers::{Echoer, Sends};

/// A node with two connections to the test.
struct Two {
    server: Context,
    one: Raw,
    two: Raw,
}

/// Starts a node that asks for a number through the first connection. Also returns the return route of
/// the question.
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
    denied(&all.server, 1).await;
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
    denied(&all.server, 1).await;
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
    denied(&server, 1).await;
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
    denied(&server, 2).await;
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
    // The next message is the answer to this.
    raw.echo().await;
    drop(raw);
    soon(server.stop()).await
}

/// Sends a question whose return route is the name of a worker.
async fn ask_as(name: &str, asker: &mut Raw, onward: Route) {
    let question = TransportMessage {
        onward,
        return_route: route![name],
        payload: &text("who is there?"),
        extension: Some(Extension {
            deadline: Some(Duration::from_secs(30)),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    };
    asker.send(&question).await;
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
        ask_as(name, &mut asker, route![&connection, "x"]).await;
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
