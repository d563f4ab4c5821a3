//! The end of a connection, by a close or by the stop of a node. Accepted messages are sent.

use std::time::Duration;

use ockam::{ErrorKind, Result, TransportSettings, WorkerBuilder, route};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::{poll_once, soon};
use ockam_contract::recorder::Recorder;
use tokio::net::TcpListener;

use crate::nodes::{Setup, connecting, pair};
use crate::raw::Raw;
use crate::workers::{Echoer, Sends};

const MESSAGES: u64 = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_close_sends_what_was_accepted() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<u64>::new();
    pair.server.start_worker("recorder", recorder).await?;
    for number in 0..MESSAGES {
        pair.client
            .send_message(route![&pair.connection, "recorder"], number)
            .await?;
    }
    soon(pair.connection.close()).await;
    for number in 0..MESSAGES {
        assert_eq!(soon(received.recv()).await, Some(number));
    }
    pair.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stop_of_a_node_sends_what_was_accepted() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<u64>::new();
    pair.server.start_worker("recorder", recorder).await?;
    for number in 0..MESSAGES {
        pair.client
            .send_message(route![&pair.connection, "recorder"], number)
            .await?;
    }
    soon(pair.client.stop()).await?;
    for number in 0..MESSAGES {
        assert_eq!(soon(received.recv()).await, Some(number));
    }
    assert_eq!(pair.client.dead_letters(), 0);
    soon(pair.server.stop()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_stops_with_its_node_still_sends_to_another_one() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<u64>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let (sends, _failures) = Sends::<u64>::new(route![&pair.connection, "recorder"]);
    pair.client.start_worker("sends", sends).await?;
    for number in 0..1_000_u64 {
        pair.client.send_message("sends", number).await?;
    }
    soon(pair.client.stop()).await?;
    for number in 0..1_000 {
        assert_eq!(soon(received.recv()).await, Some(number));
    }
    soon(pair.server.stop()).await
}

#[tokio::test]
async fn the_stop_of_a_node_sends_the_answers_that_its_workers_still_give() -> Result<()> {
    let pair = pair("late").await?;
    let mut late = pair.server.open("late")?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "late"]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(route, 7_u64).await });
    let question = soon(late.receive::<u64>()).await?;
    late.send_message(question.return_route(), 8_u64).await?;
    soon(pair.server.stop()).await?;
    assert_eq!(soon(asked).await??, 8);
    soon(pair.client.stop()).await
}

#[tokio::test]
async fn a_connection_that_is_closed_takes_nothing_more_and_its_address_is_free() -> Result<()> {
    let pair = pair("echoer").await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let route = route![&pair.connection, "echoer"];
    for _ in 0..3 {
        let _: String = soon(pair.client.ask(&route, "before".to_string())).await?;
    }
    soon(pair.connection.close()).await;
    soon(pair.connection.closed()).await;
    for sent in [
        pair.client.send_message(&route, "after".to_string()).await,
        pair.client.try_send(&route, "after".to_string()),
        pair.client
            .ask::<String>(&route, "after".to_string())
            .await
            .map(|_| ()),
    ] {
        let mut error = sent.expect_err("it is closed");
        assert!(
            matches!(error.kind(), ErrorKind::Stopped | ErrorKind::UnknownAddress),
            "{error}"
        );
        assert_eq!(error.take::<String>().as_deref(), Some("after"));
    }
    soon(pair.connection.close()).await;
    let again = soon(pair.tcp.connect(pair.listener.local_address())).await?;
    assert_ne!(again.address(), pair.connection.address());
    let answer: String = soon(
        pair.client
            .ask(route![&again, "echoer"], "again".to_string()),
    )
    .await?;
    assert_eq!(answer, "again");
    pair.stop().await
}

#[tokio::test]
async fn a_question_under_way_ends_as_unknown_when_its_connection_is_closed() -> Result<()> {
    let pair = pair("gated").await?;
    let (worker, mut gate) = gated();
    pair.server.start_worker("gated", worker).await?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "gated"]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(route, 7_u64).await });
    assert_eq!(gate.next().await, Event::Begun(7));
    soon(pair.connection.close()).await;
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert!(
        error.to_string().contains(pair.connection.peer()),
        "{error}"
    );
    gate.open_for_good();
    pair.stop().await
}

#[tokio::test]
async fn a_close_goes_on_when_its_future_is_dropped() -> Result<()> {
    let pair = pair("echoer").await?;
    {
        let mut closing = Box::pin(pair.connection.close());
        assert!(poll_once(&mut closing).await.is_pending());
    }
    soon(pair.connection.closed()).await;
    pair.stop().await
}

#[tokio::test]
async fn a_listener_that_is_stopped_keeps_its_connections_and_takes_no_more() -> Result<()> {
    let pair = pair("echoer").await?;
    pair.server.start_worker("echoer", Echoer).await?;
    soon(pair.listener.stop()).await;
    let address = pair.listener.local_address();
    let error = soon(pair.tcp.connect(address)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute);
    let route = route![&pair.connection, "echoer"];
    let answer: String = soon(pair.client.ask(route, "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    pair.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_that_is_stopped_has_left_its_port() -> Result<()> {
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let mut listener = tcp.listen("127.0.0.1:0", "echoer").await?;
    let address = listener.local_address().to_owned();
    for _ in 0..500 {
        listener.stop().await;
        listener = tcp.listen(&address, "echoer").await?;
    }
    // A node that has stopped has left it, too.
    soon(ctx.stop()).await?;
    std::net::TcpListener::bind(&address)?;
    Ok(())
}

#[tokio::test]
async fn guards_end_what_they_guard() -> Result<()> {
    let pair = pair("echoer").await?;
    let closed = pair.connection.clone();
    let guard = pair.connection.clone().drop_guard();
    assert_eq!(guard.peer(), pair.listener.local_address());
    drop(guard);
    soon(closed.closed()).await;
    let address = pair.listener.local_address().to_owned();
    let kept = pair.listener.clone().drop_guard().disarm();
    let connection = soon(pair.tcp.connect(&address)).await?;
    connection.close().await;
    drop(kept.drop_guard());
    soon(pair.listener.stop()).await;
    std::net::TcpListener::bind(&address)?;
    pair.stop().await
}

#[tokio::test]
async fn a_node_that_stops_while_it_is_flooded_ends_in_time() -> Result<()> {
    let pair = Setup::default().start(["gated", "echoer"]).await?;
    let (worker, mut gate) = gated();
    WorkerBuilder::new("gated", worker)
        .mailbox_capacity(4)
        .start(&pair.server)
        .await?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "gated"]);
    let flooding = tokio::spawn(async move {
        let mut sent = 0_u64;
        loop {
            match sender.send_message(&route, sent).await {
                Ok(()) => sent += 1,
                Err(error) => return error,
            }
        }
    });
    assert_eq!(gate.next().await, Event::Begun(0));
    gate.open_for_good();
    soon(pair.server.stop()).await?;
    soon(pair.client.stop()).await?;
    let error = soon(flooding).await?;
    assert!(
        matches!(error.kind(), ErrorKind::Stopped | ErrorKind::NoRoute),
        "{error}"
    );
    Ok(())
}

#[tokio::test]
async fn a_close_waits_for_a_peer_that_reads_late() -> Result<()> {
    const MESSAGES: usize = 16;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (ctx, tcp) = connecting(TransportSettings::new()).await?;
    let (connection, mut raw) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&listener));
    let connection = connection?;
    for number in 0..MESSAGES {
        let body = vec![number as u8; 128 * 1024];
        ctx.send_message(route![&connection, "late"], body).await?;
    }
    let closing = tokio::spawn({
        let connection = connection.clone();
        async move { connection.close().await }
    });
    soon(connection.closed()).await;
    // The peer reads nothing for a while. The test is about this time.
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        raw.sign_of_life().await;
    }
    for number in 0..MESSAGES {
        let seen = raw.next().await;
        assert!(seen.is_some(), "{number} of {MESSAGES}");
    }
    drop(raw);
    soon(closing).await?;
    soon(ctx.stop()).await
}
