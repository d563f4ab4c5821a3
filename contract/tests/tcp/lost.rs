//! What becomes of messages when a connection is lost, and comes back.

use std::time::Duration;

use ockam::{
    Context, ErrorKind, NodeBuilder, Result, Route, TransportSettings, WorkerBuilder, route,
};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;
use ockam_transport::TransportMessage;
use tokio::net::TcpListener;

use crate::nodes::{Pair, Setup, connecting, listening, listening_again, pair, tcp_address};
use crate::proxy::Proxy;
use crate::raw::{Raw, framed, text};
use crate::workers::{Echoer, Sends, tell, teller};

/// Settings with which a lost connection is soon made again.
fn hasty() -> TransportSettings {
    TransportSettings::new().max_backoff(Duration::from_millis(100))
}

/// Stops the server. Returns when the client knows that the connection is lost, with its address.
async fn bereft(pair: &Pair, worker: &str) -> Result<String> {
    let (worker_of_it, mut gate) = gated();
    pair.server.start_worker(worker, worker_of_it).await?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, worker]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(route, 7_u64).await });
    assert_eq!(gate.next().await, Event::Begun(7));
    // Dropped without an answer, it would be reported: the worker has it until the node has ended.
    let stopping = pair.server.stop();
    gate.open_for_good();
    soon(stopping).await?;
    let error = soon(asked).await?.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NoReply | ErrorKind::OutcomeUnknown),
        "{error}"
    );
    let address = pair.listener.local_address().to_owned();
    eventually("the connection is lost", || {
        std::net::TcpStream::connect(&address).is_err()
    })
    .await;
    Ok(address)
}

#[tokio::test]
async fn a_question_under_way_ends_as_unknown_when_the_connection_is_cut() -> Result<()> {
    let (server, listener) = listening(hasty(), ["gated", "echoer"]).await?;
    let (worker, mut gate) = gated();
    server.start_worker("gated", worker).await?;
    server.start_worker("echoer", Echoer).await?;
    let proxy = Proxy::to(listener.local_address()).await;
    let (client, tcp) = connecting(hasty()).await?;
    let connection = tcp.connect(proxy.address()).await?;
    let (sender, way) = (client.sender(), route![&connection, "gated"]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(way, 7_u64).await });
    assert_eq!(gate.next().await, Event::Begun(7));
    proxy.cut();
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.to_string().contains(proxy.address()), "{error}");

    // What is asked from here on waits for the connection, which is made again under its address.
    let answer: String =
        soon(client.ask(route![&connection, "echoer"], "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    gate.open_for_good();
    assert_eq!(gate.next().await, Event::Done(7));
    assert_eq!(gate.so_far(), [], "the question was not asked twice");
    soon(client.stop()).await?;
    soon(server.stop()).await
}

/// Asks until there is an answer, which shows that the connection is there.
async fn connected(client: &Context, echoer: &Route) {
    loop {
        match soon(client.ask::<String>(echoer, "there?".to_string())).await {
            Ok(answer) => return assert_eq!(answer, "there?"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}"),
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_again_and_again_delivers_nothing_twice_and_loses_nothing_in_silence()
-> Result<()> {
    const EACH: u64 = 100;
    let (server, listener) = listening(hasty(), ["recorder", "echoer"]).await?;
    let (recorder, mut received) = Recorder::<(u64, u64)>::new();
    server.start_worker("recorder", recorder).await?;
    server.start_worker("echoer", Echoer).await?;
    let proxy = Proxy::to(listener.local_address()).await;
    let (client, _tcp) = connecting(hasty()).await?;
    let to = tcp_address(proxy.address());
    let (echoer, recorder) = (route![&to, "echoer"], route![&to, "recorder"]);
    for round in 0..5_u64 {
        for number in 0..EACH {
            client.send_message(&recorder, (2 * round, number)).await?;
        }
        // The answer comes behind them.
        connected(&client, &echoer).await;
        for number in 0..EACH {
            if number == EACH / 2 {
                proxy.cut();
            }
            client
                .send_message(&recorder, (2 * round + 1, number))
                .await?;
            tokio::task::yield_now().await;
        }
        connected(&client, &echoer).await;
    }
    soon(client.stop()).await?;
    soon(server.stop()).await?;
    let mut got = Vec::new();
    while let Some(message) = received.recv().await {
        got.push(message);
    }
    assert!(
        got.is_sorted_by(|one, next| one < next),
        "in order, and once"
    );
    // Nobody is told in the name of `client`: what may be lost is counted.
    let (told, lost) = (client.dead_letters(), 10 * EACH - got.len() as u64);
    assert!(told >= lost, "{lost} were lost, and {told} reported");
    let whole = (0..5).flat_map(|round| (0..EACH).map(move |number| (2 * round, number)));
    got.retain(|(part, _)| part % 2 == 0);
    assert!(
        got.into_iter().eq(whole),
        "all that was not on its way at the cut"
    );
    Ok(())
}

#[tokio::test]
async fn what_is_sent_while_the_peer_is_down_arrives_once_when_it_is_back() -> Result<()> {
    let setup = Setup {
        client_tcp: hasty(),
        ..Setup::default()
    };
    let pair = setup.start(["gated", "echoer"]).await?;
    let address = bereft(&pair, "gated").await?;
    let (sends, mut failures) = Sends::<u64>::new(route![&pair.connection, "recorder"]);
    pair.client.start_worker("sends", sends).await?;
    for number in 0..500_u64 {
        pair.client.send_message("sends", number).await?;
    }
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "echoer"]);
    let asked = tokio::spawn(async move { sender.ask::<String>(route, "back?".to_string()).await });

    let (recorder, mut received) = Recorder::<u64>::new();
    let server = NodeBuilder::new().start().await?;
    server.start_worker("recorder", recorder).await?;
    server.start_worker("echoer", Echoer).await?;
    let tcp = ockam::TcpTransport::new(&server)?;
    tcp.listen(&address, ["recorder", "echoer"]).await?;
    for number in 0..500 {
        assert_eq!(soon(received.recv()).await, Some(number));
    }
    assert_eq!(
        soon(asked).await??,
        "back?",
        "a question that was not sent waits, too"
    );
    assert!(failures.try_recv().is_err());
    soon(pair.client.stop()).await?;
    soon(server.stop()).await?;
    assert_eq!(received.recv().await, None);
    Ok(())
}

#[tokio::test]
async fn after_so_much_patience_what_is_queued_is_undelivered_and_more_is_refused() -> Result<()> {
    let setup = Setup {
        client_tcp: hasty().patience(Duration::from_millis(50)),
        ..Setup::default()
    };
    let pair = setup.start(["gated", "echoer"]).await?;
    let (sends, mut failures) = Sends::<u64>::new(route![&pair.connection, "echoer"]);
    pair.client.start_worker("sends", sends).await?;
    let address = bereft(&pair, "gated").await?;
    // Sent before the patience is over, or after: the worker is told, or its handler is.
    let told = async {
        loop {
            let asked = pair
                .client
                .ask::<()>(route![&pair.connection, "echoer"], 1_u64);
            let error = soon(asked).await.unwrap_err();
            if error.kind() == ErrorKind::NoRoute {
                return error;
            }
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        }
    };
    let error = told.await;
    assert!(error.to_string().contains(&address), "{error}");
    let mut refused = pair
        .client
        .send_message(route![&pair.connection, "echoer"], 7_u64)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NoRoute, "{refused}");
    assert!(refused.to_string().contains(&address), "{refused}");
    assert_eq!(refused.take::<u64>(), Some(7));
    assert!(failures.try_recv().is_err());

    // The same address works when the peer is back.
    let server = listening_again(&address, "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    loop {
        let route = route![&pair.connection, "echoer"];
        match soon(pair.client.ask::<String>(route, "hello".to_string())).await {
            Ok(answer) => break assert_eq!(answer, "hello"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::NoRoute, "{error}"),
        }
        tokio::task::yield_now().await;
    }
    soon(pair.client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn a_worker_is_told_of_what_was_queued_for_a_peer_that_does_not_come_back() -> Result<()> {
    let setup = Setup {
        client_tcp: hasty().patience(Duration::from_millis(400)),
        ..Setup::default()
    };
    let pair = setup.start(["gated", "echoer"]).await?;
    let (sends, mut failures) = Sends::<u64>::new(route![&pair.connection, "echoer"]);
    pair.client.start_worker("sends", sends).await?;
    let address = bereft(&pair, "gated").await?;
    let mut refused = 0;
    for _ in 0..10 {
        // Its handler's error, if the patience was over before.
        refused += usize::from(matches!(
            pair.client.ask::<()>("sends", 7_u64).await,
            Err(error) if error.kind() == ErrorKind::NoRoute
        ));
    }
    for _ in refused..10 {
        let failure = soon(failures.recv()).await.expect("the worker lives");
        assert!(
            matches!(
                failure.kind(),
                ErrorKind::NoRoute | ErrorKind::OutcomeUnknown
            ),
            "{failure}"
        );
        assert!(failure.to_string().contains(&address), "{failure}");
    }
    soon(pair.client.stop()).await
}

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

/// Settings with which a peer that says nothing is soon noticed.
fn attentive() -> TransportSettings {
    TransportSettings::new()
        .heartbeat(Duration::from_millis(30))
        .idle_timeout(Duration::from_millis(300))
}

#[tokio::test]
async fn a_peer_of_ours_that_falls_silent_is_given_up() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (ctx, tcp) = connecting(attentive()).await?;
    let (connection, mut raw) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&listener));
    let connection = connection?;
    let (sender, route) = (ctx.sender(), route![&connection, "echoer"]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(route, 7_u64).await });
    assert!(raw.next().await.is_some(), "the question");
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.to_string().contains("silent"), "{error}");
    raw.closed().await;
    // It is connected to again.
    drop(Raw::accept(&listener).await);
    let before = std::time::Instant::now();
    soon(ctx.stop()).await?;
    assert!(
        before.elapsed() < Duration::from_secs(5),
        "nothing is left to be sent"
    );
    Ok(())
}

#[tokio::test]
async fn a_peer_that_gives_signs_of_life_is_not_given_up() -> Result<()> {
    let (server, listener) = listening(attentive(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    // Far longer than the idle timeout: as often as the node gives a sign of life, so does its peer.
    for _ in 0..30 {
        raw.next_sign_of_life().await;
        raw.sign_of_life().await;
    }
    raw.echo().await;
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn two_nodes_that_have_nothing_to_say_stay_connected() -> Result<()> {
    let setup = Setup {
        server_tcp: attentive(),
        client_tcp: attentive(),
        ..Setup::default()
    };
    let pair = setup.start(["gated", "echoer"]).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new("gated", worker);
    worker.start(&pair.server).await?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "gated"]);
    let asked = tokio::spawn(async move {
        sender
            .ask_timeout::<u64>(route, 7_u64, Duration::from_secs(1))
            .await
    });
    assert_eq!(gate.next().await, Event::Begun(7));
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::TimedOut,
        "the connection was not lost: {error}"
    );
    gate.open_for_good();
    pair.stop().await
}

#[tokio::test]
async fn a_peer_of_upstream_may_be_silent() -> Result<()> {
    let (server, listener) = listening(attentive(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.echo().await;
    // Another one, of ours, tells how time goes by.
    let mut clock = Raw::ours(listener.local_address()).await;
    for _ in 0..30 {
        clock.next_sign_of_life().await;
        clock.sign_of_life().await;
    }
    raw.echo().await;
    drop((raw, clock));
    soon(server.stop()).await
}

#[tokio::test]
async fn a_peer_that_reads_nothing_is_given_up() -> Result<()> {
    let settings = attentive().frame_timeout(Duration::from_millis(300));
    let (server, listener) = listening(settings, "app").await?;
    let mut server = server;
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.tell(route!["app"], route!["raw"], &text("send me something"))
        .await;
    let back = soon(server.receive::<String>())
        .await?
        .return_route()
        .clone();
    let error = loop {
        match soon(server.send_message(&back, vec![0_u8; 256 * 1024])).await {
            Ok(()) => {}
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error.kind(), ErrorKind::Stopped | ErrorKind::UnknownAddress),
        "{error}"
    );
    drop(raw);
    soon(server.stop()).await
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
    /// More than are taken in before as many again are granted.
    const MANY: u64 = 1_000;
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

    let frames = (0..MANY).map(|number| {
        framed(&TransportMessage {
            onward: route!["gated"],
            payload: &number.to_le_bytes(),
            ..TransportMessage::default()
        })
    });
    raw.write(&frames.collect::<Vec<_>>().concat()).await;
    // The first byte of a frame that never ends.
    raw.write(&[7]).await;
    raw.finish().await;
    drop(listener);
    let failure = soon(failures.recv()).await.expect("the worker lives");
    assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown, "{failure}");
    gate.open_for_good();
    for number in 0..MANY {
        assert_eq!(gate.next().await, Event::Begun(number));
        assert_eq!(gate.next().await, Event::Done(number));
    }

    let before = std::time::Instant::now();
    soon(connection.close()).await;
    assert!(before.elapsed() < Duration::from_secs(5));
    soon(ctx.stop()).await
}
