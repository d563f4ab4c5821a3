//! Messages of a run that the mailbox refuses.

use std::sync::atomic::{AtomicBool, Ordering};

use ockam::{Context, ErrorKind, Result, TransportSettings, Worker, WorkerBuilder};
use ockam::{async_worker, route};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::soon;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{extended, recording, send_numbers, send_together, stop};
use crate::nodes::listening;
use crate::raw::{Raw, framed};
use crate::workers::{Echoer, quiet};

#[tokio::test]
async fn messages_that_find_the_mailbox_full_are_not_overtaken() -> Result<()> {
    let (server, listener) = listening(TransportSettings::new(), ["gated", "echoer"]).await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new("gated", worker).mailbox_capacity(4);
    worker.start(&server).await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    let to = route!["gated"];
    send_numbers(&mut raw, &to, 0..50).await;
    raw.echo().await;
    // There is room in the mailbox again, but messages wait for it.
    gate.open(2);
    for event in [
        Event::Begun(0),
        Event::Done(0),
        Event::Begun(1),
        Event::Done(1),
    ] {
        assert_eq!(gate.next().await, event);
    }
    send_numbers(&mut raw, &to, 50..100).await;
    raw.echo().await;
    gate.open_for_good();
    for number in 2..100 {
        assert_eq!(gate.next().await, Event::Begun(number));
        assert_eq!(gate.next().await, Event::Done(number));
    }
    stop(server, raw).await
}

#[tokio::test]
async fn a_message_of_another_type_is_refused_alone() -> Result<()> {
    let (server, _listener, mut received, mut raw) = recording().await?;
    let (to, back) = (route!["recorder"], route!["raw"]);
    let (good, bad) = ([7; 8], [7; 9]);
    let bodies = [good.as_slice(), &good, &bad, &good, &bad, &bad, &good];
    send_together(&mut raw, bodies.map(|body| extended(&to, &back, body))).await;
    for _ in 0..4 {
        assert_eq!(soon(received.recv()).await, Some(u64::from_le_bytes(good)));
    }
    for _ in 0..3 {
        let seen = raw.next().await.expect("a report");
        let failure = seen.failure.expect("it is refused");
        assert_eq!(failure.0, ErrorKind::WrongType);
    }
    raw.echo().await;
    stop(server, raw).await
}

#[tokio::test]
async fn a_message_of_another_type_is_refused_alone_at_each_position() -> Result<()> {
    const ALL: u64 = 20;
    let (server, _listener, mut received, mut raw) = recording().await?;
    let (to, back) = (route!["recorder"], route!["raw"]);
    let mut taken_in = 0;
    for bad in 0..ALL {
        let bodies = (0..ALL).map(|number| match number {
            _ if number == bad => vec![7; 9],
            _ => number.to_le_bytes().to_vec(),
        });
        let frames = bodies.map(|body| framed(&extended(&to, &back, &body)));
        raw.write(&frames.collect::<Vec<_>>().concat()).await;
        for number in (0..ALL).filter(|number| *number != bad) {
            assert_eq!(soon(received.recv()).await, Some(number));
        }
        let failure = loop {
            let seen = raw.next_frame().await.expect("a report");
            taken_in = seen.acknowledged.unwrap_or(taken_in);
            if let Some((kind, _)) = seen.failure {
                break kind;
            }
        };
        assert_eq!(failure, ErrorKind::WrongType);
        let sent = bad * ALL;
        assert!((sent + bad + 1..=sent + ALL).contains(&taken_in));
    }
    raw.echo().await;
    stop(server, raw).await
}

/// Number 7 panics once, when it is dropped.
#[derive(Serialize, Deserialize)]
struct Touchy(u64);
static TOUCHED: AtomicBool = AtomicBool::new(false);
impl Drop for Touchy {
    fn drop(&mut self) {
        if self.0 == 7 && !TOUCHED.swap(true, Ordering::Relaxed) {
            std::panic::panic_any("on purpose");
        }
    }
}

/// Reports its messages when the test lets it.
struct Listening(&'static Semaphore, UnboundedSender<u64>);
#[async_worker]
impl Worker for Listening {
    type Message = Touchy;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: Touchy) -> Result<()> {
        self.0.acquire().await?.forget();
        // This fails if the test no longer reads.
        let _ = self.1.send(msg.0);
        Ok(())
    }
}

#[tokio::test]
async fn a_message_without_room_whose_drop_panics_is_delivered_later() -> Result<()> {
    quiet();
    static GATE: Semaphore = Semaphore::const_new(0);
    let (server, listener) = listening(TransportSettings::new(), ["listening", "echoer"]).await?;
    let (sender, mut received) = unbounded_channel();
    let worker = WorkerBuilder::new("listening", Listening(&GATE, sender)).mailbox_capacity(1);
    worker.start(&server).await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    send_numbers(&mut raw, &route!["listening"], 0..9).await;
    raw.echo().await;
    assert!(TOUCHED.load(Ordering::Relaxed), "it found no room");
    GATE.add_permits(9);
    for number in 0..9 {
        assert_eq!(soon(received.recv()).await, Some(number));
    }
    stop(server, raw).await
}
