//! What was sent and not acknowledged is told to its sender when the connection is lost, and nothing
//! else is (clauses 2 and 4).

use std::time::Duration;

use ockam::{
    Connection, Context, Error, ErrorKind, NodeBuilder, Result, TcpTransport, TransportSettings,
    WorkerBuilder, route,
};
use ockam_contract::gated::gated;
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::nodes::{connecting, dead_letters, listening, pair, tcp_address};
use crate::raw::{Raw, text};
use crate::workers::{Careless, Echoer, tell, teller};

/// More reports than a worker is kept, if each is kept for itself.
const MANY: u64 = 500;

/// How many messages may be under way on one connection.
const UNDER_WAY: u64 = 64 * 1024;

/// Waits for so many reports, each of which says that the outcome is unknown.
async fn told(failures: &mut UnboundedReceiver<Error>, count: u64) -> Vec<String> {
    let mut told = Vec::new();
    for _ in 0..count {
        let failure = soon(failures.recv()).await.expect("the worker lives");
        assert_eq!(failure.kind(), ErrorKind::OutcomeUnknown, "{failure}");
        told.push(failure.to_string());
    }
    told
}

/// A node that is connected to a peer of ours which the test speaks for.
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

/// Ends what the peer says, and waits until the node has understood that.
async fn leave(mut raw: Raw) {
    raw.finish().await;
    raw.closed().await;
}

#[tokio::test]
async fn what_a_peer_had_not_acknowledged_is_told_to_its_sender() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    tell(&it.ctx, "teller", route![&it.connection, "x"], MANY).await?;
    read(&mut it.raw, MANY).await;
    leave(it.raw).await;
    for why in told(&mut failures, MANY).await {
        assert!(why.contains("0#x"), "{why}");
        assert!(why.contains(it.connection.peer()), "{why}");
    }
    soon(it.ctx.stop()).await?;
    assert!(failures.recv().await.is_none(), "each is told of once");
    assert_eq!(it.ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test]
async fn a_worker_that_is_told_of_many_lets_others_have_their_turn() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    tell(&it.ctx, "teller", route![&it.connection, "x"], MANY).await?;
    read(&mut it.raw, MANY).await;
    leave(it.raw).await;
    assert!(soon(failures.recv()).await.is_some());
    // There is one thread: without a turn for this test, the worker has been told of all.
    assert!(failures.len() < 200, "{}", failures.len());
    told(&mut failures, MANY - 1).await;
    soon(it.ctx.stop()).await
}

#[tokio::test]
async fn what_a_peer_had_acknowledged_is_not_reported() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    tell(&it.ctx, "teller", route![&it.connection, "x"], MANY).await?;
    read(&mut it.raw, MANY).await;
    it.raw.acknowledge(100).await;
    it.raw.acknowledge(MANY - 7).await;
    leave(it.raw).await;
    told(&mut failures, 7).await;
    soon(it.ctx.stop()).await?;
    assert!(failures.recv().await.is_none());
    Ok(())
}

#[tokio::test]
async fn each_sender_is_told_of_its_own() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut one = teller(&it.ctx, "one").await?;
    let mut two = teller(&it.ctx, "two").await?;
    for _ in 0..10 {
        tell(&it.ctx, "one", route![&it.connection, "x"], 5).await?;
        tell(&it.ctx, "two", route![&it.connection, "x"], 3).await?;
        tell(&it.ctx, "two", route![&it.connection, "y"], 2).await?;
    }
    read(&mut it.raw, 100).await;
    // The first round, and one more of the first sender.
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
async fn what_nobody_can_be_told_of_is_counted() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    for number in 0..MANY {
        let route = route![&it.connection, "x"];
        it.ctx.send_message(route, number).await?;
    }
    read(&mut it.raw, MANY).await;
    it.raw.acknowledge(1).await;
    leave(it.raw).await;
    dead_letters(&it.ctx, MANY - 1).await;
    let lines = crate::book::lines_with(it.connection.peer());
    assert_eq!(lines.len(), 1, "they are alike: {lines:?}");
    soon(it.ctx.stop()).await
}

#[tokio::test]
async fn what_a_worker_does_not_listen_to_is_counted_and_takes_one_line_for_each_place()
-> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let places = ["x", "y"].map(|to| route![&it.connection, to]);
    it.ctx
        .start_worker("careless", Careless(places.to_vec()))
        .await?;
    for number in 0..MANY {
        it.ctx.send_message("careless", number).await?;
    }
    read(&mut it.raw, MANY).await;
    leave(it.raw).await;
    dead_letters(&it.ctx, MANY).await;
    soon(it.ctx.stop()).await?;
    let lines = crate::book::lines_with(it.connection.peer());
    assert_eq!(lines.len(), 2, "{}", lines[0]);
    let of_each = format!("{} messages", MANY / 2);
    assert!(
        lines.iter().all(|line| line.contains(&of_each)),
        "{lines:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_sender_to_many_places_in_turn_is_told_of_all() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    for number in 0..MANY {
        let to = ["x", "y", "z"][number as usize % 3];
        tell(&it.ctx, "teller", route![&it.connection, to], 1).await?;
    }
    read(&mut it.raw, MANY).await;
    leave(it.raw).await;
    told(&mut failures, MANY).await;
    soon(it.ctx.stop()).await?;
    assert_eq!(it.ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test]
async fn a_question_is_told_of_once_and_by_itself() -> Result<()> {
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
async fn what_may_have_arrived_is_not_sent_again() -> Result<()> {
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
    tell(&pair.client, "teller", route, MANY).await?;
    let mut raw = Raw::accept_ours(&listener).await;
    let route = route!["hop", &pair.connection, &far, "x"];
    tell(&pair.client, "teller", route, MANY).await?;
    read(&mut raw, 2 * MANY).await;
    raw.acknowledge(MANY).await;
    leave(raw).await;
    told(&mut failures, MANY).await;
    pair.stop().await?;
    assert!(failures.recv().await.is_none());
    Ok(())
}

#[tokio::test]
async fn a_worker_behind_another_one_is_told_as_well() -> Result<()> {
    let mut it = connected(TransportSettings::new()).await?;
    it.ctx.start_worker("hop", Hop).await?;
    let mut failures = teller(&it.ctx, "teller").await?;
    tell(&it.ctx, "teller", route!["hop", &it.connection, "x"], MANY).await?;
    read(&mut it.raw, MANY).await;
    leave(it.raw).await;
    told(&mut failures, MANY).await;
    soon(it.ctx.stop()).await
}

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
    // Long before so many are under way that the peer has to wait.
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
async fn a_peer_of_upstream_hears_nothing_of_acknowledgements() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut upstream = Raw::upstream(listener.local_address()).await;
    assert!(upstream.next_frame().await.is_some(), "the greeting");
    for _ in 0..10 {
        upstream.echo().await;
    }
    // By when this peer hears of its message, the other one would have heard of its own.
    let mut ours = Raw::ours(listener.local_address()).await;
    ours.echo().await;
    assert_eq!(ours.next_acknowledgement().await, 1);
    upstream
        .tell(route!["echoer"], route!["raw"], &text("and now?"))
        .await;
    let seen = upstream.next_frame().await.expect("the answer");
    assert_eq!(seen.payload, text("and now?"), "is all that has come");
    assert!(!seen.has_extension);
    // Nor is it waited for: what was written is not told to have been lost.
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
    tell(&pair.client, "teller", route, 10 * MANY).await?;
    soon(pair.connection.close()).await;
    for _ in 0..10 * MANY {
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
    tell(&pair.client, "teller", route, MANY).await?;
    for _ in 0..MANY {
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
    /// As many messages as one worker may be sent without a word of its node.
    const WINDOW: u64 = 1_024;
    let settings = TransportSettings::new()
        .max_queued(QUEUED)
        .heartbeat(Duration::from_millis(30))
        .frame_timeout(Duration::from_secs(2));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    crate::book::open();
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
        let worker = (accepted / WINDOW).to_string();
        let route = route![&connection, worker];
        match ctx.send_message(route, accepted).await {
            Ok(()) => accepted += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
    // What is queued when there is room goes out at once.
    let most = UNDER_WAY + QUEUED as u64 / 30;
    assert!((UNDER_WAY..=most).contains(&accepted), "{accepted}");

    let (server, other) = listening(TransportSettings::new(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let way = tcp.connect(other.local_address()).await?;
    let answer: String = soon(ctx.ask(route![&way, "echoer"], "hello".to_string())).await?;
    assert_eq!(answer, "hello");

    assert_eq!(soon(reading).await?, accepted, "until it is given up");
    dead_letters(&ctx, accepted).await;
    let lines = crate::book::lines_with(&address);
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
    const WINDOW: u64 = 1_024;
    const FRAME_TIMEOUT: Duration = Duration::from_millis(500);
    // Whatever waits for a slow worker is too much to read on.
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
    for number in 0..WINDOW {
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
        let route = route![&connection, (accepted / WINDOW).to_string()];
        match ctx.send_message(route, accepted).await {
            Ok(()) => accepted += 1,
            Err(error) => break error,
        }
    };
    // So long after the last one that was read, it would have been given up.
    assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
    assert!(accepted >= UNDER_WAY);
    acknowledge.send(()).expect("the peer reads");
    gate.open_for_good();
    soon(ctx.send_message(route![&connection, "last"], 7_u64)).await?;
    assert_eq!(ctx.dead_letters(), 0);
    soon(connection.close()).await;
    assert_eq!(soon(reading).await?, accepted + 1, "by the same stream");
    soon(ctx.stop()).await
}
