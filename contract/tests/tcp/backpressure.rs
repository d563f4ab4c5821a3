//! A worker that is slow holds up those who send to it, and nobody else (clauses 2 and 11).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ockam::{
    ErrorKind, NodeBuilder, Result, TcpTransport, TransportSettings, WorkerBuilder, route,
};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, Gate, gated};
use ockam_contract::pace::soon;
use ockam_transport::TransportMessage;
use tokio::task::{JoinHandle, JoinSet};

use crate::book::lines_with;
use crate::nodes::{Pair, Setup, listening};
use crate::raw::{Raw, framed};
use crate::workers::{Echoer, Sends};

/// How many messages a worker may be sent before it has taken any in.
const WINDOW: u64 = 1_024;

/// How many messages fit into the mailbox of the slow worker.
const MAILBOX: usize = 4;

/// A pair whose server has a worker that waits at its gate, and one that answers.
async fn slow(setup: Setup) -> Result<(Pair, Gate)> {
    let pair = setup.start(["gated", "echoer"]).await?;
    let (worker, gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(MAILBOX);
    worker.start(&pair.server).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    Ok((pair, gate))
}

/// Sends as much as is accepted at once. Returns how much that was.
fn flood(pair: &Pair, from: u64) -> u64 {
    let route = route![&pair.connection, "gated"];
    let mut accepted = 0;
    loop {
        match pair.client.try_send(&route, from + accepted) {
            Ok(()) => accepted += 1,
            Err(mut error) => {
                assert_eq!(error.kind(), ErrorKind::MailboxFull, "{error}");
                assert_eq!(error.take::<u64>(), Some(from + accepted));
                return accepted;
            }
        }
    }
}

/// Opens the gate and sees that the numbers arrive in order, each once.
async fn drain(gate: &mut Gate, count: u64) {
    gate.open_for_good();
    for number in 0..count {
        assert_eq!(gate.next().await, Event::Begun(number));
        assert_eq!(gate.next().await, Event::Done(number));
    }
}

#[tokio::test]
async fn what_waits_is_in_order_also_for_a_worker_with_two_addresses() -> Result<()> {
    const EACH: u64 = 100;
    let pair = Setup::default().start(["front", "back", "echoer"]).await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new(["front", "back"], worker).mailbox_capacity(MAILBOX);
    worker.start(&pair.server).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let ways = ["front", "back"].map(|way| route![&pair.connection, way]);
    for number in 0..2 * EACH {
        let way = &ways[usize::from(number >= EACH)];
        pair.client.send_message(way, number).await?;
    }
    // The answer comes behind all of them.
    let echoer = route![&pair.connection, "echoer"];
    let answer: String = soon(pair.client.ask(echoer, "there?".to_string())).await?;
    assert_eq!(answer, "there?");
    drain(&mut gate, 2 * EACH).await;
    Ok(())
}

#[tokio::test]
async fn a_slow_worker_does_not_hold_up_another_one_on_the_same_connection() -> Result<()> {
    let (pair, mut gate) = slow(Setup::default()).await?;
    let accepted = flood(&pair, 0);
    assert_eq!(accepted, WINDOW, "that is all that ever waits for it");
    for number in 0..100 {
        let question = number.to_string();
        let route = route![&pair.connection, "echoer"];
        let answer: String = soon(pair.client.ask(route, question.clone())).await?;
        assert_eq!(answer, question);
    }
    assert_eq!(flood(&pair, accepted), 0, "nothing was taken in meanwhile");
    drain(&mut gate, accepted).await;
    assert_eq!(pair.server.dead_letters() + pair.client.dead_letters(), 0);
    pair.stop().await
}

#[tokio::test]
async fn a_send_to_a_slow_worker_waits_for_its_deadline_and_no_longer() -> Result<()> {
    let setup = Setup {
        client: NodeBuilder::new().send_timeout(Duration::from_millis(50)),
        ..Setup::default()
    };
    let (pair, mut gate) = slow(setup).await?;
    let accepted = flood(&pair, 0);
    let route = route![&pair.connection, "gated"];
    let (sender, way) = (pair.client.sender(), route.clone());
    let blocking = tokio::task::spawn_blocking(move || sender.blocking_send(way, 7_u64));
    let sends = [
        soon(pair.client.send_message(&route, 7_u64)).await,
        soon(pair.client.sender().send_message(&route, 7_u64)).await,
        soon(blocking).await?,
    ];
    for sent in sends {
        let mut error = sent.expect_err("there is no room");
        assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
        assert_eq!(error.take::<u64>(), Some(7));
    }
    let asked = pair
        .client
        .ask_timeout::<u64>(&route, 7_u64, Duration::from_millis(50));
    assert_eq!(soon(asked).await.unwrap_err().kind(), ErrorKind::TimedOut);
    drain(&mut gate, accepted).await;
    assert_eq!(gate.so_far(), [], "what was given back has not come");
    pair.stop().await
}

#[tokio::test]
async fn those_who_wait_for_a_slow_worker_go_on_when_it_does() -> Result<()> {
    let (pair, mut gate) = slow(Setup::default()).await?;
    let accepted = flood(&pair, 0);
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "gated"]);
    let more = 3 * WINDOW;
    let sending: JoinHandle<Result<()>> = tokio::spawn(async move {
        for number in 0..more {
            sender.send_message(&route, accepted + number).await?;
        }
        Ok(())
    });
    drain(&mut gate, accepted + more).await;
    soon(sending).await??;
    pair.stop().await
}

#[tokio::test]
async fn a_worker_that_waits_for_another_node_can_be_killed() -> Result<()> {
    let (pair, mut gate) = slow(Setup::default()).await?;
    let accepted = flood(&pair, 0);
    let (sends, _failures) = Sends::<u64>::new(route![&pair.connection, "gated"]);
    pair.client.start_worker("sends", sends).await?;
    pair.client.send_message("sends", accepted).await?;
    soon(pair.client.kill_worker("sends")).await?;
    drain(&mut gate, accepted).await;
    pair.stop().await
}

#[tokio::test]
async fn a_worker_that_is_gone_refuses_what_waited_for_it() -> Result<()> {
    let (pair, mut gate) = slow(Setup::default()).await?;
    let (sends, mut failures) = Sends::<u64>::new(route![&pair.connection, "gated"]);
    pair.client.start_worker("sends", sends).await?;
    for number in 0..100_u64 {
        pair.client.send_message("sends", number).await?;
    }
    assert_eq!(gate.next().await, Event::Begun(0));
    // All others have left the client when this is answered: they wait in line.
    eventually("all are sent", || {
        pair.client.try_send("sends", u64::MAX).is_ok()
    })
    .await;
    let route = route![&pair.connection, "echoer"];
    let _: String = soon(pair.client.ask(route, "behind them".to_string())).await?;
    pair.server.kill_worker("gated").await?;
    let waited = 100 - 1 - MAILBOX as u64;
    for _ in 0..waited {
        let failure = soon(failures.recv()).await.expect("the worker lives");
        assert!(
            matches!(
                failure.kind(),
                ErrorKind::Stopped | ErrorKind::UnknownAddress
            ),
            "{failure}"
        );
    }
    pair.stop().await
}

#[tokio::test]
async fn a_peer_that_knows_no_credit_loses_what_is_too_much_and_the_node_says_so() -> Result<()> {
    const SENT: u64 = 70_000;
    const LINE: u64 = 64 * 1024;
    let (server, listener) = listening(TransportSettings::new(), ["gated", "echoer"]).await?;
    server.start_worker("echoer", Echoer).await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(MAILBOX);
    worker.start(&server).await?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    let mut flood = Vec::new();
    for number in 0..SENT {
        flood.extend(framed(&TransportMessage {
            onward: route!["gated"],
            return_route: route!["raw"],
            payload: &number.to_le_bytes(),
            ..TransportMessage::default()
        }));
    }
    raw.write(&flood).await;
    // The answer comes behind all of them, past all that wait.
    raw.echo().await;
    let lost = server.dead_letters();
    let kept = SENT - lost;
    // One with the worker, some in the mailbox, one whose turn is next, and the line.
    assert!(kept <= 2 + MAILBOX as u64 + LINE, "{kept}");
    assert!(kept >= LINE, "{kept}");
    let lines = lines_with(&raw.address()).len();
    assert!((1..=16).contains(&lines), "it is logged, in {lines} lines");
    drain(&mut gate, kept).await;
    raw.tell(route!["gated"], route!["raw"], &kept.to_le_bytes())
        .await;
    assert_eq!(gate.next().await, Event::Begun(kept), "there is room again");
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn a_peer_of_ours_that_does_not_keep_to_its_credit_is_told() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), ["gated", "echoer"]).await?;
    server.start_worker("echoer", Echoer).await?;
    let (worker, _gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(MAILBOX);
    worker.start(&server).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    for number in 0..2 * WINDOW + 100 {
        raw.tell(route!["gated"], route!["raw"], &number.to_le_bytes())
            .await;
    }
    let seen = raw.next().await.expect("a report");
    assert_eq!(seen.onward, route!["raw"]);
    let failure = (ErrorKind::MailboxFull, vec!["0#gated".to_string()]);
    assert_eq!(seen.failure, Some(failure));
    server.kill_worker("gated").await?;
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn large_messages_for_a_slow_worker_wait_at_the_sender() -> Result<()> {
    const LARGE: usize = 256 * 1024;
    // More than a node holds for slow workers.
    const MANY: u8 = 160;
    let pair = Setup::default().start("slow").await?;
    let mut slow = pair.server.open("slow")?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "slow"]);
    let sending: JoinHandle<Result<()>> = tokio::spawn(async move {
        for number in 0..MANY {
            sender.send_message(&route, vec![number; LARGE]).await?;
        }
        Ok(())
    });
    for number in 0..MANY {
        let body = soon(slow.receive::<Vec<u8>>()).await?;
        assert_eq!((body[0], body.len()), (number, LARGE));
    }
    soon(sending).await??;
    pair.stop().await
}

#[tokio::test]
async fn so_many_bytes_wait_to_be_sent_and_one_frame_more() -> Result<()> {
    let setup = Setup {
        client_tcp: TransportSettings::new().max_queued(10_000),
        client: NodeBuilder::new().send_timeout(Duration::from_millis(50)),
        ..Setup::default()
    };
    let (pair, _gate) = slow(setup).await?;
    let route = route![&pair.connection, "echoer"];
    let mut queued = 0;
    // Nothing else runs meanwhile, so nothing is sent.
    while pair.client.try_send(&route, "x".repeat(1_000)).is_ok() {
        queued += 1;
    }
    assert!((9..=10).contains(&queued), "{queued}");
    // As soon as they are sent there is room.
    let answer: String = soon(pair.client.ask(&route, "hello".to_string())).await?;
    assert_eq!(answer, "hello");
    pair.server.kill_worker("gated").await?;
    pair.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_slow_workers_is_bounded_for_all_connections_together() -> Result<()> {
    const SIZE: usize = 64 * 1024;
    const EACH: u64 = 50;
    const WAITING: usize = 2 * 1024 * 1024;
    let server = NodeBuilder::new().mailbox_capacity(MAILBOX).start().await?;
    server.start_worker("echoer", Echoer).await?;
    let mut slow = server.open("slow")?;
    let settings = TransportSettings::new().max_waiting(WAITING);
    let tcp = TcpTransport::with_settings(&server, settings)?;
    let listener = tcp.listen("127.0.0.1:0", ["slow", "echoer"]).await?;
    let taken_in = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
    let mut floods = JoinSet::new();
    for taken_in in taken_in.clone() {
        let address = listener.local_address().to_owned();
        floods.spawn(async move {
            let mut raw = Raw::ours(&address).await;
            for _ in 0..EACH {
                raw.tell(route!["slow"], route![], &[7; SIZE]).await;
            }
            while taken_in.load(Ordering::SeqCst) < EACH {
                let count = raw.next_acknowledgement().await;
                taken_in.store(count, Ordering::SeqCst);
            }
        });
    }
    let all = || -> u64 { taken_in.iter().map(|it| it.load(Ordering::SeqCst)).sum() };
    let most = (WAITING / SIZE + MAILBOX) as u64;
    eventually("as much waits as may", || all() >= most - 1).await;

    // Who leaves nothing behind goes on. By when it hears of its last message, more could have been taken in.
    let mut modest = Raw::ours(listener.local_address()).await;
    for count in 1..=5 {
        modest.echo().await;
        assert_eq!(modest.next_acknowledgement().await, count);
    }
    // On each connection, what is not counted and what was read at once.
    assert!(all() <= most + 2 * 6, "{} were taken in", all());

    for _ in 0..2 * EACH {
        let body = soon(slow.receive::<Vec<u8>>()).await?;
        assert_eq!(body.len(), SIZE);
    }
    soon(floods.join_all()).await;
    drop(modest);
    soon(server.stop()).await
}
