//! When a connection is lost, the messages that were sent and not acknowledged are reported to their
//! senders, and no others are (clauses 2 and 4).

mod by_the_node;

use std::time::Duration;

use ockam::{
    Connection, Context, Error, ErrorKind, Result, TcpTransport, TransportSettings, route,
};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::nodes::{connecting, dead_letters, pair, tcp_address};
use crate::raw::Raw;
use crate::workers::{Careless, tell, teller};

/// More reports than are kept for a worker, unless equal ones share an entry.
const MESSAGES: u64 = 500;

/// The number of messages in flight that one connection allows.
const MAX_IN_FLIGHT_MESSAGES: u64 = 64 * 1024;

/// Waits for `count` reports, each of which says that the outcome is unknown.
async fn told(failures: &mut UnboundedReceiver<Error>, count: u64) -> Vec<String> {
    let mut told = Vec::new();
    for _ in 0..count {
        let failure = soon(failures.recv()).await.expect("the worker lives");
        assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown, "{failure}");
        told.push(failure.to_string());
    }
    told
}

/// A node that is connected to the test, which acts as a node of this framework.
struct Connected {
    ctx: Context,
    _tcp: TcpTransport,
    connection: Connection,
    raw: Raw,
    listener: TcpListener,
}

async fn connected(settings: TransportSettings) -> Result<Connected> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (ctx, tcp) = connecting(settings).await?;
    let (connection, raw) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&listener));
    Ok(Connected {
        ctx,
        _tcp: tcp,
        connection: connection?,
        raw,
        listener,
    })
}

async fn read(raw: &mut Raw, count: u64) {
    for number in 0..count {
        assert!(raw.next().await.is_some(), "{number} of {count}");
    }
}

/// Ends the stream of the peer, and waits until the node has closed its own.
async fn leave(mut raw: Raw) {
    raw.finish().await;
    raw.closed().await;
}

#[tokio::test]
async fn unacknowledged_messages_are_reported_to_their_sender() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    tell(&it.ctx, "teller", route![&it.connection, "x"], MESSAGES).await?;
    read(&mut it.raw, MESSAGES).await;
    leave(it.raw).await;
    for why in told(&mut failures, MESSAGES).await {
        assert!(why.contains("0#x"), "{why}");
        assert!(why.contains(it.connection.peer()), "{why}");
    }
    soon(it.ctx.stop()).await?;
    assert!(failures.recv().await.is_none(), "each is told of once");
    assert_eq!(it.ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test]
async fn a_worker_with_many_reports_yields_to_others() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    tell(&it.ctx, "teller", route![&it.connection, "x"], MESSAGES).await?;
    read(&mut it.raw, MESSAGES).await;
    leave(it.raw).await;
    assert!(soon(failures.recv()).await.is_some());
    // There is one thread. If the worker did not yield, it would have had all reports before this test
    // runs.
    assert!(failures.len() < 200, "{}", failures.len());
    told(&mut failures, MESSAGES - 1).await;
    soon(it.ctx.stop()).await
}

#[tokio::test]
async fn acknowledged_messages_are_not_reported() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    tell(&it.ctx, "teller", route![&it.connection, "x"], MESSAGES).await?;
    read(&mut it.raw, MESSAGES).await;
    it.raw.acknowledge(100).await;
    it.raw.acknowledge(MESSAGES - 7).await;
    leave(it.raw).await;
    told(&mut failures, 7).await;
    soon(it.ctx.stop()).await?;
    assert!(failures.recv().await.is_none());
    Ok(())
}

#[tokio::test]
async fn each_sender_gets_the_reports_of_its_own_messages() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut one = teller(&it.ctx, "one").await?;
    let mut two = teller(&it.ctx, "two").await?;
    for _ in 0..10 {
        tell(&it.ctx, "one", route![&it.connection, "x"], 5).await?;
        tell(&it.ctx, "two", route![&it.connection, "x"], 3).await?;
        tell(&it.ctx, "two", route![&it.connection, "y"], 2).await?;
    }
    read(&mut it.raw, 100).await;
    // Acknowledges the first round, and one more message of the first sender.
    it.raw.acknowledge(11).await;
    leave(it.raw).await;
    told(&mut one, 5 * 9 - 1).await;
    let told = told(&mut two, 5 * 9).await;
    let of_x = told.iter().filter(|why| why.contains("0#x")).count();
    assert_eq!(of_x, 3 * 9);
    soon(it.ctx.stop()).await?;
    assert!(one.recv().await.is_none());
    assert!(two.recv().await.is_none());
    Ok(())
}

#[tokio::test]
async fn failures_that_can_not_be_reported_are_counted() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    for number in 0..MESSAGES {
        let route = route![&it.connection, "x"];
        it.ctx.send_message(route, number).await?;
    }
    read(&mut it.raw, MESSAGES).await;
    it.raw.acknowledge(1).await;
    leave(it.raw).await;
    dead_letters(&it.ctx, MESSAGES - 1).await;
    let lines = crate::log_lines::lines_with(it.connection.peer());
    assert_eq!(lines.len(), 1, "they are alike: {lines:?}");
    soon(it.ctx.stop()).await
}

#[tokio::test]
async fn unhandled_reports_are_counted_and_logged_in_one_line_for_each_route() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let places = ["x", "y"].map(|to| route![&it.connection, to]);
    it.ctx
        .start_worker("careless", Careless(places.to_vec()))
        .await?;
    for number in 0..MESSAGES {
        it.ctx.send_message("careless", number).await?;
    }
    read(&mut it.raw, MESSAGES).await;
    leave(it.raw).await;
    dead_letters(&it.ctx, MESSAGES).await;
    soon(it.ctx.stop()).await?;
    let lines = crate::log_lines::lines_with(it.connection.peer());
    assert_eq!(lines.len(), 2, "{}", lines[0]);
    let of_each = format!("{} messages", MESSAGES / 2);
    assert!(
        lines.iter().all(|line| line.contains(&of_each)),
        "{lines:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_sender_to_several_routes_in_turn_gets_all_reports() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    for number in 0..MESSAGES {
        let to = ["x", "y", "z"][number as usize % 3];
        tell(&it.ctx, "teller", route![&it.connection, to], 1).await?;
    }
    read(&mut it.raw, MESSAGES).await;
    leave(it.raw).await;
    told(&mut failures, MESSAGES).await;
    soon(it.ctx.stop()).await?;
    assert_eq!(it.ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test]
async fn a_failed_question_is_reported_once_to_its_asker() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    let (sender, way) = (it.ctx.sender(), route![&it.connection, "x"]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(way, 7_u64).await });
    assert!(it.raw.next().await.is_some(), "the question");
    tell(&it.ctx, "teller", route![&it.connection, "x"], 1).await?;
    assert!(it.raw.next().await.is_some(), "the message behind it");
    leave(it.raw).await;
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    told(&mut failures, 1).await;
    soon(it.ctx.stop()).await?;
    assert!(failures.recv().await.is_none());
    assert_eq!(it.ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test]
async fn messages_that_may_have_arrived_are_not_sent_again() -> Result<()> {
    let settings = TransportSettings::new().max_backoff(Duration::from_millis(100));
    let mut it = connected(settings).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    tell(&it.ctx, "teller", route![&it.connection, "x"], 3).await?;
    read(&mut it.raw, 3).await;
    leave(it.raw).await;
    told(&mut failures, 3).await;
    let mut raw = Raw::accept_ours(&it.listener).await;
    tell(&it.ctx, "teller", route![&it.connection, "y"], 2).await?;
    for _ in 0..2 {
        let seen = raw.next().await.expect("a message");
        assert_eq!(seen.onward, route!["y"]);
    }
    // The new stream has counts of its own.
    raw.acknowledge(2).await;
    leave(raw).await;
    soon(it.ctx.stop()).await?;
    assert!(failures.recv().await.is_none());
    Ok(())
}

#[tokio::test]
async fn a_node_in_the_middle_passes_on_that_the_outcome_is_unknown() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let far = tcp_address(&listener.local_addr()?.to_string());
    let pair = pair(far.clone()).await?;
    pair.client.start_worker("hop", Hop).await?;
    let mut failures = teller(&pair.client, "teller").await?;
    let route = route![&pair.connection, &far, "x"];
    tell(&pair.client, "teller", route, MESSAGES).await?;
    let mut raw = Raw::accept_ours(&listener).await;
    let route = route!["hop", &pair.connection, &far, "x"];
    tell(&pair.client, "teller", route, MESSAGES).await?;
    read(&mut raw, 2 * MESSAGES).await;
    raw.acknowledge(MESSAGES).await;
    leave(raw).await;
    told(&mut failures, MESSAGES).await;
    pair.stop().await?;
    assert!(failures.recv().await.is_none());
    Ok(())
}

#[tokio::test]
async fn a_worker_behind_a_hop_gets_reports_too() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    it.ctx.start_worker("hop", Hop).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    tell(
        &it.ctx,
        "teller",
        route!["hop", &it.connection, "x"],
        MESSAGES,
    )
    .await?;
    read(&mut it.raw, MESSAGES).await;
    leave(it.raw).await;
    told(&mut failures, MESSAGES).await;
    soon(it.ctx.stop()).await
}
