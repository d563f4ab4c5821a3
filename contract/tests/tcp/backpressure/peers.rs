//! Peers that send more than they may, and the bound for all of them together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam::{
    ErrorKind, NodeBuilder, Result, TcpTransport, TransportSettings, WorkerBuilder, route,
};
use ockam_contract::eventually::eventually;
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::soon;
use ockam_transport::TransportMessage;
use tokio::task::JoinSet;

use super::{CREDIT_MESSAGES, MAILBOX_CAPACITY, drain};
use crate::log_lines::lines_with;
use crate::nodes::listening;
use crate::raw::{Raw, framed};
use crate::workers::Echoer;

#[tokio::test]
async fn messages_beyond_the_bound_from_a_peer_without_credit_are_lost_and_logged() -> Result<()> {
    const SENT_MESSAGES: u64 = 70_000;
    const MAX_WAITING_MESSAGES: u64 = 64 * 1024;
    let (server, listener) = listening(TransportSettings::new(), ["gated", "echoer"]).await?;
    server.start_worker("echoer", Echoer).await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(MAILBOX_CAPACITY);
    worker.start(&server).await?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    let mut flood = Vec::new();
    for number in 0..SENT_MESSAGES {
        flood.extend(framed(&TransportMessage {
            onward: route!["gated"],
            return_route: route!["raw"],
            payload: &number.to_le_bytes(),
            ..TransportMessage::default()
        }));
    }
    raw.write(&flood).await;
    // The answer comes after all of them, and overtakes those that wait.
    raw.echo().await;
    let lost = server.dead_letters();
    let kept = SENT_MESSAGES - lost;
    // One message in the handler, some in the mailbox, one that waits for a place, and the queue.
    assert!(
        kept <= 2 + MAILBOX_CAPACITY as u64 + MAX_WAITING_MESSAGES,
        "{kept}"
    );
    assert!(kept >= MAX_WAITING_MESSAGES, "{kept}");
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
async fn a_peer_of_ours_that_exceeds_its_credit_gets_reports() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), ["gated", "echoer"]).await?;
    server.start_worker("echoer", Echoer).await?;
    let (worker, _gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(MAILBOX_CAPACITY);
    worker.start(&server).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    for number in 0..2 * CREDIT_MESSAGES + 100 {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_messages_that_wait_for_slow_workers_are_bounded_over_all_connections() -> Result<()> {
    const MESSAGE_BYTES: usize = 64 * 1024;
    const EACH: u64 = 50;
    const MAX_WAITING_BYTES: usize = 4 * 1024 * 1024;
    /// Both are of one IP address, which may have half.
    const MAX_BYTES_OF_ONE: usize = MAX_WAITING_BYTES / 2;
    let server = NodeBuilder::new()
        .mailbox_capacity(MAILBOX_CAPACITY)
        .start()
        .await?;
    server.start_worker("echoer", Echoer).await?;
    let mut slow = server.open("slow")?;
    let settings = TransportSettings::new().max_waiting(MAX_WAITING_BYTES);
    let tcp = TcpTransport::with_settings(&server, settings)?;
    let listener = tcp.listen("127.0.0.1:0", ["slow", "echoer"]).await?;
    let taken_in = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
    let mut floods = JoinSet::new();
    for taken_in in taken_in.clone() {
        let address = listener.local_address().to_owned();
        floods.spawn(async move {
            let mut raw = Raw::ours(&address).await;
            for _ in 0..EACH {
                raw.tell(route!["slow"], route![], &[7; MESSAGE_BYTES])
                    .await;
            }
            while taken_in.load(Ordering::SeqCst) < EACH {
                let count = raw.next_acknowledgement().await;
                taken_in.store(count, Ordering::SeqCst);
            }
        });
    }
    let all = || -> u64 { taken_in.iter().map(|it| it.load(Ordering::SeqCst)).sum() };
    // What is in the mailbox counts as well, apart from what is not counted on each connection.
    let most = (MAX_BYTES_OF_ONE / MESSAGE_BYTES) as u64;
    eventually("as much waits as may", || all() >= most - 1).await;

    // A peer whose messages do not wait goes on. When it gets the last acknowledgement, the server has
    // had time to take in more from the others.
    let mut modest = Raw::ours(listener.local_address()).await;
    for count in 1..=5 {
        modest.echo().await;
        assert_eq!(modest.next_acknowledgement().await, count);
    }
    // On each connection, some messages are not counted, and some were read together.
    assert!(all() <= most + 2 * 6, "{} were taken in", all());

    for _ in 0..2 * EACH {
        let body = soon(slow.receive::<Vec<u8>>()).await?;
        assert_eq!(body.len(), MESSAGE_BYTES);
    }
    soon(floods.join_all()).await;
    drop(modest);
    soon(server.stop()).await
}
