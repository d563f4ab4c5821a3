//! Messages when a connection is lost and made again.

mod silent;
mod stopping;

use std::time::Duration;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Route, TransportSettings, route};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;

use crate::nodes::{Pair, Setup, connecting, listening, listening_again, tcp_address};
use crate::proxy::Proxy;
use crate::workers::{Echoer, Sends};

/// Settings that make a node reconnect soon.
fn hasty() -> TransportSettings {
    TransportSettings::new().max_backoff(Duration::from_millis(100))
}

/// Stops the server, and waits until the client has noticed that the connection is lost. Returns the
/// address of the server.
async fn bereft(pair: &Pair, worker: &str) -> Result<String> {
    let (worker_of_it, mut gate) = gated();
    pair.server.start_worker(worker, worker_of_it).await?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, worker]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(route, 7_u64).await });
    assert_eq!(gate.next().await, Event::Begun(7));
    // If the question were dropped, that would be reported. So the worker keeps it until the node has
    // ended.
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

    // Questions from here on wait until the connection is made again at the same address.
    let answer: String =
        soon(client.ask(route![&connection, "echoer"], "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    gate.open_for_good();
    assert_eq!(gate.next().await, Event::Done(7));
    assert_eq!(gate.so_far(), [], "the question was not asked twice");
    soon(client.stop()).await?;
    soon(server.stop()).await
}

/// Asks until there is an answer, which shows that the nodes are connected.
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
        // The answer comes after them.
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
    // The context `client` doesn't handle failures, so messages that may be lost are counted.
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
async fn messages_sent_while_the_peer_is_down_arrive_once_when_it_is_back() -> Result<()> {
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
async fn queued_messages_are_undelivered_and_further_ones_refused_once_the_connection_is_given_up()
-> Result<()> {
    let setup = Setup {
        client_tcp: hasty().patience(Duration::from_millis(50)),
        ..Setup::default()
    };
    let pair = setup.start(["gated", "echoer"]).await?;
    let (sends, mut failures) = Sends::<u64>::new(route![&pair.connection, "echoer"]);
    pair.client.start_worker("sends", sends).await?;
    let address = bereft(&pair, "gated").await?;
    // If the message was sent before the connection was given up, the failure is reported to the
    // worker. After that, the send in the handler fails.
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

    // The same address works when the peer has come back.
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
        // The send in the handler fails if the connection was given up before.
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
