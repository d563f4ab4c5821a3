//! What a node acknowledges, and what it does about acknowledgements that do not come.

use std::time::Duration;

use ockam::{
    ErrorKind, NodeBuilder, Result, TcpTransport, TransportSettings, WorkerBuilder, route,
};
use ockam_contract::gated::gated;
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;
use tokio::net::TcpListener;

use super::{MAX_IN_FLIGHT_MESSAGES, MESSAGES, leave};
use crate::nodes::{dead_letters, listening, pair};
use crate::raw::{Raw, text};
use crate::workers::{Echoer, tell, teller};

#[tokio::test]
async fn a_node_acknowledges_what_it_has_delivered_or_refused() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    for (to, body) in [
        ("echoer", text("hello")),
        ("echoer", text("and again")),
        ("echoer", b"\x09no text".to_vec()),
    ] {
        raw.tell(route![to], route!["raw"], &body).await;
    }
    raw.sign_of_life().await;
    assert_eq!(raw.next_acknowledgement().await, 3, "once for all of them");
    for to in ["nobody", "hidden"] {
        raw.tell(route![to], route![], &text("hello")).await;
    }
    while raw.next_acknowledgement().await < 5 {}
    raw.tell(route!["echoer"], route!["raw"], &text("again"))
        .await;
    assert_eq!(raw.next_acknowledgement().await, 6);
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn many_messages_are_acknowledged_at_once() -> Result<()> {
    // This is long before so many messages are in flight that the peer has to wait.
    const AT_ONCE: u64 = 4_096;
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    for _ in 0..AT_ONCE {
        raw.tell(route!["nobody"], route![], &text("hello")).await;
    }
    let mut acknowledged = 0;
    while acknowledged < AT_ONCE {
        acknowledged = raw.next_acknowledgement().await;
    }
    assert_eq!(acknowledged, AT_ONCE);
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn a_peer_of_upstream_gets_no_acknowledgements() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut upstream = Raw::upstream(listener.local_address()).await;
    assert!(upstream.next_frame().await.is_some(), "the greeting");
    for _ in 0..10 {
        upstream.echo().await;
    }
    // When this peer gets its acknowledgement, the other one would have got its own.
    let mut ours = Raw::ours(listener.local_address()).await;
    ours.echo().await;
    assert_eq!(ours.next_acknowledgement().await, 1);
    upstream
        .tell(route!["echoer"], route!["raw"], &text("and now?"))
        .await;
    let seen = upstream.next_frame().await.expect("the answer");
    assert_eq!(seen.payload, text("and now?"), "is all that has come");
    assert!(!seen.has_extension);
    // The close doesn't wait for an acknowledgement either, and reports no loss.
    upstream.finish().await;
    assert!(upstream.next_frame().await.is_none());
    ours.acknowledge(1).await;
    leave(ours).await;
    soon(server.stop()).await?;
    assert_eq!(server.dead_letters(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_close_waits_for_the_acknowledgement_and_reports_nothing() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<u64>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let mut failures = teller(&pair.client, "teller").await?;
    let route = route![&pair.connection, "recorder"];
    tell(&pair.client, "teller", route, 10 * MESSAGES).await?;
    soon(pair.connection.close()).await;
    for _ in 0..10 * MESSAGES {
        assert!(soon(received.recv()).await.is_some());
    }
    soon(pair.client.stop()).await?;
    assert!(failures.recv().await.is_none());
    assert_eq!(pair.client.dead_letters(), 0);
    soon(pair.server.stop()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_stops_acknowledges_what_it_has_taken_in() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<u64>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let mut failures = teller(&pair.client, "teller").await?;
    let route = route![&pair.connection, "recorder"];
    tell(&pair.client, "teller", route, MESSAGES).await?;
    for _ in 0..MESSAGES {
        assert!(soon(received.recv()).await.is_some());
    }
    soon(pair.server.stop()).await?;
    soon(pair.client.stop()).await?;
    assert!(failures.recv().await.is_none());
    assert_eq!(pair.client.dead_letters(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_never_acknowledges_stalls_only_itself_and_is_given_up() -> Result<()> {
    const QUEUED: usize = 16 * 1024;
    /// The number of messages that one worker may be sent without credit from its node.
    const CREDIT_MESSAGES: u64 = 1_024;
    let settings = TransportSettings::new()
        .max_queued(QUEUED)
        .heartbeat(Duration::from_millis(30))
        .frame_timeout(Duration::from_secs(2));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    crate::log_lines::record();
    let ctx = NodeBuilder::new()
        .send_timeout(Duration::from_millis(500))
        .start()
        .await?;
    let tcp = TcpTransport::with_settings(&ctx, settings)?;
    let (connection, mut raw) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&listener));
    let connection = connection?;
    let reading = tokio::spawn(async move {
        let mut read = 0_u64;
        while raw.next().await.is_some() {
            read += 1;
        }
        read
    });
    let mut accepted = 0;
    let error = loop {
        let worker = (accepted / CREDIT_MESSAGES).to_string();
        let route = route![&connection, worker];
        match ctx.send_message(route, accepted).await {
            Ok(()) => accepted += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
    // Messages that are queued are sent as soon as there is room.
    let most = MAX_IN_FLIGHT_MESSAGES + QUEUED as u64 / 30;
    assert!(
        (MAX_IN_FLIGHT_MESSAGES..=most).contains(&accepted),
        "{accepted}"
    );

    let (server, other) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let way = tcp.connect(other.local_address()).await?;
    let answer: String = soon(ctx.ask(route![&way, "echoer"], "hello".to_string())).await?;
    assert_eq!(answer, "hello");

    assert_eq!(soon(reading).await?, accepted, "until it is given up");
    dead_letters(&ctx, accepted).await;
    let lines = crate::log_lines::lines_with(&address);
    let why = lines
        .iter()
        .find(|line| line.contains("acknowledged nothing"));
    assert!(why.is_some(), "{lines:?}");
    soon(way.close()).await;
    soon(ctx.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_whose_acknowledgements_are_not_read_is_not_given_up_for_the_want_of_them()
-> Result<()> {
    const CREDIT_MESSAGES: u64 = 1_024;
    const FRAME_TIMEOUT: Duration = Duration::from_millis(500);
    // Every waiting message exceeds the bound, so the node reads no further.
    let settings = TransportSettings::new()
        .max_waiting(0)
        .heartbeat(Duration::from_millis(30))
        .frame_timeout(FRAME_TIMEOUT);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let ctx = NodeBuilder::new()
        .send_timeout(4 * FRAME_TIMEOUT)
        .start()
        .await?;
    let tcp = TcpTransport::with_settings(&ctx, settings)?;
    let (connection, mut raw) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&listener));
    let connection = connection?;
    let (worker, gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(1);
    worker.start(&ctx).await?;
    connection.expose("gated");
    for number in 0..CREDIT_MESSAGES {
        let body = number.to_le_bytes();
        raw.tell(route!["gated"], route![], &body).await;
    }
    let (acknowledge, mut acknowledged) = tokio::sync::mpsc::unbounded_channel();
    let reading = tokio::spawn(async move {
        let mut read = 0_u64;
        loop {
            tokio::select! {
                seen = raw.next() => match seen {
                    Some(_) => read += 1,
                    None => return read,
                },
                Some(()) = acknowledged.recv() => raw.acknowledge(read).await,
            }
        }
    });
    let mut accepted = 0;
    let error = loop {
        let route = route![&connection, (accepted / CREDIT_MESSAGES).to_string()];
        match ctx.send_message(route, accepted).await {
            Ok(()) => accepted += 1,
            Err(error) => break error,
        }
    };
    // The node would have given up the peer this long after the last frame.
    assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
    assert!(accepted >= MAX_IN_FLIGHT_MESSAGES);
    acknowledge.send(()).expect("the peer reads");
    gate.open_for_good();
    soon(ctx.send_message(route![&connection, "last"], 7_u64)).await?;
    assert_eq!(ctx.dead_letters(), 0);
    soon(connection.close()).await;
    assert_eq!(soon(reading).await?, accepted + 1, "by the same stream");
    soon(ctx.stop()).await
}
