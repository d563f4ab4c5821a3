//! The end of a node or a connection while the stream is lost.

use std::time::Duration;

use ockam::{ErrorKind, NodeBuilder, Result, TransportSettings, WorkerBuilder, route};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::soon;
use ockam_transport::TransportMessage;
use tokio::net::TcpListener;

use super::bereft;
use crate::nodes::{Setup, connecting, pair};
use crate::raw::{Raw, framed};
use crate::workers::{Echoer, tell, teller};

#[tokio::test]
async fn a_node_stops_in_time_while_a_connection_is_lost_and_counts_what_it_loses() -> Result<()> {
    let setup = Setup {
        client: NodeBuilder::new().stop_timeout(Duration::from_millis(100)),
        ..Setup::default()
    };
    let pair = setup.start(["gated", "echoer"]).await?;
    bereft(&pair, "gated").await?;
    let before = pair.client.dead_letters();
    for number in 0..10_u64 {
        pair.client
            .send_message(route![&pair.connection, "echoer"], number)
            .await?;
    }
    soon(pair.client.stop()).await?;
    eventually("they are counted", || {
        pair.client.dead_letters() >= before + 10
    })
    .await;
    let report = pair.client.stop_report().expect("it has stopped");
    assert_eq!(report.dead_letters(), 10, "and reported");
    Ok(())
}

#[tokio::test]
async fn the_side_that_accepted_has_no_way_back_when_the_connection_is_gone() -> Result<()> {
    let mut pair = pair("app").await?;
    pair.client
        .send_message(route![&pair.connection, "app"], 7_u64)
        .await?;
    let back = soon(pair.server.receive::<u64>())
        .await?
        .return_route()
        .clone();
    pair.server.send_message(&back, 8_u64).await?;
    assert_eq!(soon(pair.client.receive::<u64>()).await?, 8);
    soon(pair.connection.close()).await;
    let error = loop {
        match pair.server.send_message(&back, 9_u64).await {
            Ok(()) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error.kind(), ErrorKind::Stopped | ErrorKind::UnknownAddress),
        "{error}"
    );
    pair.stop().await
}

#[tokio::test]
async fn a_node_with_nothing_to_send_stops_at_once_while_a_connection_is_lost() -> Result<()> {
    let pair = pair(["gated", "echoer"]).await?;
    bereft(&pair, "gated").await?;
    let before = std::time::Instant::now();
    soon(pair.client.stop()).await?;
    assert!(before.elapsed() < Duration::from_secs(5));
    let report = pair.client.stop_report().expect("it has stopped");
    assert_eq!(report.dead_letters(), 0);
    Ok(())
}

#[tokio::test]
async fn a_connection_that_is_lost_closes_at_once_if_only_the_lost_stream_had_more_to_say()
-> Result<()> {
    /// More messages than are accepted before credit is granted.
    const MESSAGES: u64 = 1_000;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let (connection, mut raw) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&listener));
    let connection = connection?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(4);
    worker.start(&ctx).await?;
    connection.expose("gated");
    let mut failures = teller(&ctx, "teller").await?;
    tell(&ctx, "teller", route![&connection, "x"], 1).await?;
    assert!(raw.next().await.is_some());

    let frames = (0..MESSAGES).map(|number| {
        framed(&TransportMessage {
            onward: route!["gated"],
            payload: &number.to_le_bytes(),
            ..TransportMessage::default()
        })
    });
    raw.write(&frames.collect::<Vec<_>>().concat()).await;
    // The first byte of an incomplete frame.
    raw.write(&[7]).await;
    raw.finish().await;
    drop(listener);
    let failure = soon(failures.recv()).await.expect("the worker lives");
    assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown, "{failure}");
    gate.open_for_good();
    for number in 0..MESSAGES {
        assert_eq!(gate.next().await, Event::Begun(number));
        assert_eq!(gate.next().await, Event::Done(number));
    }

    let before = std::time::Instant::now();
    soon(connection.close()).await;
    assert!(before.elapsed() < Duration::from_secs(5));
    soon(ctx.stop()).await
}

#[tokio::test]
async fn a_stop_tries_once_more_to_connect_and_then_says_what_is_lost() -> Result<()> {
    let pair = pair(["gated", "echoer"]).await?;
    bereft(&pair, "gated").await?;
    let before = std::time::Instant::now();
    pair.client
        .send_message(route![&pair.connection, "echoer"], 7_u64)
        .await?;
    soon(pair.client.stop()).await?;
    // The deadline of a stop is 10 s.
    assert!(before.elapsed() < Duration::from_secs(5));
    let report = pair.client.stop_report().expect("it has stopped");
    assert_eq!(report.dead_letters(), 1);
    Ok(())
}

#[tokio::test]
async fn a_stop_sends_what_waits_if_the_peer_is_back() -> Result<()> {
    let setup = Setup {
        // Without a stop, it would try again much later.
        client_tcp: TransportSettings::new().max_backoff(Duration::from_secs(600)),
        ..Setup::default()
    };
    let pair = setup.start(["gated", "echoer"]).await?;
    let address = bereft(&pair, "gated").await?;
    pair.client
        .send_message(route![&pair.connection, "app"], 7_u64)
        .await?;
    let mut server = crate::nodes::listening_again(&address, "app").await?;
    soon(pair.client.stop()).await?;
    assert_eq!(soon(server.receive::<u64>()).await?, 7);
    let report = pair.client.stop_report().expect("it has stopped");
    assert_eq!(report.dead_letters(), 0);
    soon(server.stop()).await
}

#[tokio::test]
async fn a_question_that_nobody_waits_for_any_more_holds_up_no_close() -> Result<()> {
    let pair = pair(["gated", "echoer"]).await?;
    bereft(&pair, "gated").await?;
    let way = route![&pair.connection, "echoer"];
    let asked = pair
        .client
        .ask_timeout::<u64>(&way, 7_u64, Duration::from_millis(20));
    assert_eq!(soon(asked).await.unwrap_err().kind(), ErrorKind::TimedOut);
    let before = std::time::Instant::now();
    soon(pair.connection.close()).await;
    // Messages would wait for 30 s.
    assert!(before.elapsed() < Duration::from_secs(5));
    soon(pair.client.stop()).await?;
    assert_eq!(pair.client.dead_letters(), 0);
    Ok(())
}

#[tokio::test]
async fn only_the_questions_that_nobody_waits_for_are_withdrawn() -> Result<()> {
    let pair = pair(["gated", "echoer"]).await?;
    let address = bereft(&pair, "gated").await?;
    let (to_app, to_echoer) = (
        route![&pair.connection, "app"],
        route![&pair.connection, "echoer"],
    );
    let (sender, way) = (pair.client.sender(), to_echoer.clone());
    pair.client.send_message(&to_app, 1_u64).await?;
    let short = pair
        .client
        .ask_timeout::<u64>(&to_app, 2_u64, Duration::from_millis(20));
    let long = tokio::spawn(async move { sender.ask::<String>(way, "there?".to_string()).await });
    assert_eq!(soon(short).await.unwrap_err().kind(), ErrorKind::TimedOut);
    pair.client.send_message(&to_app, 3_u64).await?;
    let mut server = crate::nodes::listening_again(&address, ["app", "echoer"]).await?;
    server.start_worker("echoer", Echoer).await?;
    for number in [1, 3] {
        assert_eq!(soon(server.receive::<u64>()).await?, number);
    }
    assert_eq!(soon(long).await??, "there?");
    soon(pair.client.stop()).await?;
    soon(server.stop()).await
}
