//! Limits of a node: the number of connections, and the time and size of a frame.

use std::time::Duration;

use ockam::{ErrorKind, NodeBuilder, Result, TcpTransport, TransportSettings, route};
use ockam_contract::pace::soon;

use crate::log_lines::lines_with;
use crate::nodes::{connecting, listening};
use crate::raw::{Raw, framed, text};
use crate::workers::Echoer;

/// Starts a node with a unique name, so that its lines are found in the log.
async fn named(
    name: &str,
    settings: TransportSettings,
) -> Result<(ockam::Context, ockam::Listener)> {
    crate::log_lines::record();
    let ctx = NodeBuilder::new().name(name).start().await?;
    ctx.start_worker("echoer", Echoer).await?;
    let tcp = TcpTransport::with_settings(&ctx, settings)?;
    let listener = tcp.listen("127.0.0.1:0", "echoer").await?;
    Ok((ctx, listener))
}

async fn two_are_enough(name: &str, settings: TransportSettings, why: &str) -> Result<()> {
    let (server, listener) = named(name, settings).await?;
    let (client, tcp) = connecting(TransportSettings::new()).await?;
    let mut kept = Raw::ours(listener.local_address()).await;
    let connection = soon(tcp.connect(listener.local_address())).await?;
    let error = soon(tcp.connect(listener.local_address()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute, "{error}");
    let lines = lines_with(name);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(why), "{lines:?}");
    // The other connections go on, and a closed connection makes room for another one.
    kept.echo().await;
    let answer: String =
        soon(client.ask(route![&connection, "echoer"], "here".to_string())).await?;
    assert_eq!(answer, "here");
    soon(connection.close()).await;
    let again = loop {
        match soon(tcp.connect(listener.local_address())).await {
            Ok(connection) => break connection,
            Err(error) => assert_eq!(error.kind(), ErrorKind::NoRoute, "{error}"),
        }
    };
    let answer: String = soon(client.ask(route![&again, "echoer"], "again".to_string())).await?;
    assert_eq!(answer, "again");
    soon(client.stop()).await?;
    drop(kept);
    soon(server.stop()).await
}

#[tokio::test]
async fn a_node_takes_so_many_connections() -> Result<()> {
    let settings = TransportSettings::new().max_connections(2);
    two_are_enough("two-at-most", settings, "2 connections already").await
}

#[tokio::test]
async fn a_node_takes_so_many_connections_of_one_machine() -> Result<()> {
    let settings = TransportSettings::new().max_connections_per_ip(2);
    two_are_enough(
        "two-of-one",
        settings,
        "127.0.0.1 has 2 connections already",
    )
    .await
}

#[tokio::test]
async fn a_peer_that_does_not_finish_a_frame_is_closed() -> Result<()> {
    let settings = TransportSettings::new().frame_timeout(Duration::from_millis(100));
    let (server, listener) = listening(settings, "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let message = framed(&ockam_transport::TransportMessage {
        onward: route!["echoer"],
        return_route: route!["raw"],
        payload: &text("hello"),
        ..Default::default()
    });
    let mut other = Raw::ours(listener.local_address()).await;
    other.echo().await;
    for sent in [1, 3, 4, 5, message.len() - 1] {
        let mut raw = Raw::upstream(listener.local_address()).await;
        raw.write(&message[..sent]).await;
        raw.closed().await;
    }
    // A frame may come in small parts if it is complete in time.
    let mut patient = Raw::upstream(listener.local_address()).await;
    patient.echo().await;
    // Between frames, a peer may be silent for longer than the time of a frame.
    other.echo().await;
    drop((other, patient));
    soon(server.stop()).await
}

#[tokio::test]
async fn a_frame_may_come_byte_by_byte() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::silent(listener.local_address()).await;
    let mut bytes = vec![1];
    bytes.extend(framed(&ockam_transport::TransportMessage {
        onward: route!["echoer"],
        return_route: route!["raw"],
        payload: &text("hello"),
        ..Default::default()
    }));
    for byte in bytes {
        raw.write(&[byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(
        raw.next().await.map(|seen| seen.payload),
        Some(text("hello"))
    );
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn a_peer_that_does_not_greet_is_closed_and_the_log_says_why() -> Result<()> {
    let settings = TransportSettings::new().frame_timeout(Duration::from_millis(100));
    let (server, listener) = named("no-greeting", settings).await?;
    Raw::silent(listener.local_address()).await.closed().await;
    let lines = lines_with("no-greeting");
    assert!(
        lines[0].contains("the peer did not greet within 100ms"),
        "{lines:?}"
    );
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.write(&[0]).await;
    raw.closed().await;
    let lines = lines_with("no-greeting");
    assert!(
        lines[1].contains("did not finish within 100ms"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 2, "{lines:?}");
    soon(server.stop()).await
}

#[tokio::test]
async fn a_frame_that_announces_too_much_closes_the_connection_at_once() -> Result<()> {
    let settings = TransportSettings::new().max_frame(1_000);
    let (server, listener) = named("short-frames", settings).await?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.write(&1_001_u32.to_be_bytes()).await;
    raw.closed().await;
    let lines = lines_with("short-frames");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("1001 bytes exceeds the limit of 1000"),
        "{lines:?}"
    );
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn a_node_does_not_send_what_its_own_limit_forbids() -> Result<()> {
    let (server, listener) = named("ordinary-frames", TransportSettings::new()).await?;
    let (client, tcp) = connecting(TransportSettings::new().max_frame(1_000)).await?;
    let connection = tcp.connect(listener.local_address()).await?;
    let route = route![&connection, "echoer"];
    let mut error = client
        .send_message(&route, "x".repeat(1_000))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains("exceeds the limit of 1000"),
        "{error}"
    );
    assert!(error.take::<String>().is_some());
    let answer: String = soon(client.ask(&route, "x".repeat(500))).await?;
    assert_eq!(answer.len(), 500);
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn all_connections_together_hold_so_much_of_unfinished_frames() -> Result<()> {
    let settings = TransportSettings::new().max_unfinished(100_000);
    let (server, listener) = named("unfinished-frames", settings).await?;
    let begun = |bytes: usize| {
        let mut begun = 1_000_000_u32.to_be_bytes().to_vec();
        begun.resize(bytes, 0);
        begun
    };
    let mut first = Raw::upstream(listener.local_address()).await;
    first.echo().await;
    // A part of a frame, which is completed at the end of the test.
    let message = framed(&ockam_transport::TransportMessage {
        onward: route!["echoer"],
        return_route: route!["raw"],
        payload: &text("hello"),
        ..Default::default()
    });
    first.write(&message[..10]).await;
    let mut greedy = Raw::upstream(listener.local_address()).await;
    // More than each connection may hold without being counted.
    greedy.write(&begun(200_000)).await;
    greedy.closed().await;
    let lines = lines_with("unfinished-frames");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("too many unfinished frames"), "{lines:?}");
    first.write(&message[10..]).await;
    assert_eq!(
        first.next().await.map(|seen| seen.payload),
        Some(text("hello"))
    );
    // The bytes of the closed connection are free again.
    let mut another = Raw::upstream(listener.local_address()).await;
    another.write(&begun(90_000)).await;
    let mut third = Raw::upstream(listener.local_address()).await;
    third.echo().await;
    drop((first, greedy, another, third));
    soon(server.stop()).await
}
