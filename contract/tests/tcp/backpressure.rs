//! A slow worker delays only its own senders (clauses 2 and 11).

mod peers;
mod replies;

use std::time::Duration;

use ockam::{ErrorKind, NodeBuilder, Result, TransportSettings, WorkerBuilder, route};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, Gate, gated};
use ockam_contract::pace::soon;
use tokio::task::JoinHandle;

use crate::nodes::{Pair, Setup};
use crate::workers::{Echoer, Sends};

/// The number of messages that may be sent to a worker before its node grants more credit.
const CREDIT_MESSAGES: u64 = 1_024;

/// The capacity of the mailbox of the slow worker, in messages.
const MAILBOX_CAPACITY: usize = 4;

/// Starts a pair of nodes. The server has a worker that waits at its gate, and one that answers.
async fn slow(setup: Setup) -> Result<(Pair, Gate)> {
    let pair = setup.start(["gated", "echoer"]).await?;
    let (worker, gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(MAILBOX_CAPACITY);
    worker.start(&pair.server).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    Ok((pair, gate))
}

/// Sends until a message is refused. Returns the number of accepted messages.
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

/// Opens the gate, and checks that the numbers arrive in order, each once.
async fn drain(gate: &mut Gate, count: u64) {
    gate.open_for_good();
    for number in 0..count {
        assert_eq!(gate.next().await, Event::Begun(number));
        assert_eq!(gate.next().await, Event::Done(number));
    }
}

#[tokio::test]
async fn waiting_messages_are_in_order_also_for_a_worker_with_two_addresses() -> Result<()> {
    const EACH: u64 = 100;
    let pair = Setup::default().start(["front", "back", "echoer"]).await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new(["front", "back"], worker).mailbox_capacity(MAILBOX_CAPACITY);
    worker.start(&pair.server).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let ways = ["front", "back"].map(|way| route![&pair.connection, way]);
    for number in 0..2 * EACH {
        let way = &ways[usize::from(number >= EACH)];
        pair.client.send_message(way, number).await?;
    }
    // The answer comes after all of them.
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
    assert_eq!(
        accepted, CREDIT_MESSAGES,
        "that is all that ever waits for it"
    );
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
async fn senders_that_wait_for_a_slow_worker_go_on_when_it_does() -> Result<()> {
    let (pair, mut gate) = slow(Setup::default()).await?;
    let accepted = flood(&pair, 0);
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "gated"]);
    let more = 3 * CREDIT_MESSAGES;
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
    // When this is answered, all others have left the client and wait at the server.
    eventually("all are sent", || {
        pair.client.try_send("sends", u64::MAX).is_ok()
    })
    .await;
    let route = route![&pair.connection, "echoer"];
    let _: String = soon(pair.client.ask(route, "behind them".to_string())).await?;
    pair.server.kill_worker("gated").await?;
    let waited = 100 - 1 - MAILBOX_CAPACITY as u64;
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
async fn large_messages_for_a_slow_worker_wait_at_the_sender() -> Result<()> {
    const MESSAGE_BYTES: usize = 256 * 1024;
    // More than a node keeps for slow workers.
    const MESSAGES: u8 = 160;
    let pair = Setup::default().start("slow").await?;
    let mut slow = pair.server.open("slow")?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "slow"]);
    let sending: JoinHandle<Result<()>> = tokio::spawn(async move {
        for number in 0..MESSAGES {
            sender
                .send_message(&route, vec![number; MESSAGE_BYTES])
                .await?;
        }
        Ok(())
    });
    for number in 0..MESSAGES {
        let body = soon(slow.receive::<Vec<u8>>()).await?;
        assert_eq!((body[0], body.len()), (number, MESSAGE_BYTES));
    }
    soon(sending).await??;
    pair.stop().await
}

#[tokio::test]
async fn the_bytes_that_wait_to_be_sent_are_bounded_up_to_one_frame() -> Result<()> {
    let setup = Setup {
        client_tcp: TransportSettings::new().max_queued(10_000),
        client: NodeBuilder::new().send_timeout(Duration::from_millis(50)),
        ..Setup::default()
    };
    let (pair, _gate) = slow(setup).await?;
    let route = route![&pair.connection, "echoer"];
    let mut queued = 0;
    // No other task runs in this loop, so nothing is sent.
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
