//! A sender that never stops, a slow receiver, and a network that fails for a while: what waits is
//! bounded, and senders are told in time that there is no room.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ockam_core::{ErrorKind, Result, Worker, route};
use ockam_node::{Context, NodeBuilder, WorkerBuilder};
use ockam_transport::StreamTransport;
use tokio::time::{Instant, sleep};

use crate::chance::Chance;
use crate::history::History;
use crate::host::settings;
use crate::load::address;
use crate::log;
use crate::network::Simulated;
use crate::run::{network, panics};
use crate::scenario::HOSTS;

/// How many bytes a message has.
const SIZE: usize = 1_000;

/// How many messages a worker may be sent before its node grants more.
const WINDOW: u64 = 1_024;

/// How long a send waits for room.
const SEND_LIMIT: Duration = Duration::from_millis(300);

/// What became of the messages to bob, in total.
#[derive(Default)]
struct Counts {
    accepted: AtomicU64,
    handled: AtomicU64,
    timed_out: AtomicU64,
    no_route: AtomicU64,
}

struct Sluggard(Arc<Counts>);

impl Worker for Sluggard {
    type Message = Vec<u8>;
    type Context = Context;

    async fn handle_message(&mut self, _: &mut Context, _: Vec<u8>) -> Result<()> {
        sleep(Duration::from_millis(4)).await;
        self.0.handled.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

async fn serve(counts: Arc<Counts>, history: Arc<History>, seed: u64) -> turmoil::Result {
    let ctx = NodeBuilder::new().start().await?;
    let sluggard = WorkerBuilder::new("sluggard", Sluggard(counts)).mailbox_capacity(4);
    sluggard.start(&ctx).await?;
    let network = Simulated::new(&history, 1, false, Chance::new(seed), Arc::new(()));
    let transport = StreamTransport::start(&ctx, network, settings())?;
    let listener = transport.listen("0.0.0.0:4000", "sluggard").await?;
    std::future::pending::<()>().await;
    drop((listener, ctx));
    Ok(())
}

async fn flood(counts: Arc<Counts>, history: Arc<History>, seed: u64) -> turmoil::Result {
    let ctx = NodeBuilder::new().send_timeout(SEND_LIMIT).start().await?;
    let network = Simulated::new(&history, 0, false, Chance::new(!seed), Arc::new(()));
    let transport = StreamTransport::start(&ctx, network, settings())?;
    for _ in 0..4 {
        let (sender, counts) = (ctx.sender(), counts.clone());
        tokio::spawn(async move {
            loop {
                let begun = Instant::now();
                let route = route![address(1), "sluggard"];
                let sent = sender.send_message(route, vec![7_u8; SIZE]).await;
                assert!(begun.elapsed() <= SEND_LIMIT + Duration::from_millis(5));
                let count = match sent.map_err(|error| error.kind()) {
                    Ok(()) => &counts.accepted,
                    Err(ErrorKind::TimedOut) => &counts.timed_out,
                    Err(ErrorKind::NoRoute) => &counts.no_route,
                    Err(kind) => panic!("a send failed: {kind}"),
                };
                count.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_millis(1)).await;
            }
        });
    }
    std::future::pending::<()>().await;
    drop((transport, ctx));
    Ok(())
}

/// Runs the flood with a seed.
fn run(seed: u64) {
    let before = panics();
    let (counts, history) = (Arc::new(Counts::default()), Arc::new(History::default()));
    let mut sim = network(seed);
    let (c, l) = (counts.clone(), history.clone());
    sim.host(HOSTS[0], move || flood(c.clone(), l.clone(), seed));
    let (c, l) = (counts.clone(), history.clone());
    sim.host(HOSTS[1], move || serve(c.clone(), l.clone(), seed));
    let until = |sim: &mut turmoil::Sim<'_>, end: u64| {
        let handled = counts.handled.load(Ordering::Relaxed);
        while sim.elapsed() < Duration::from_millis(end) {
            sim.step().expect("no send fails but for want of room");
        }
        let now = |count: &AtomicU64| count.swap(0, Ordering::Relaxed);
        let handled = counts.handled.load(Ordering::Relaxed) - handled;
        let (accepted, timed_out) = (now(&counts.accepted), now(&counts.timed_out));
        (accepted, handled, timed_out, now(&counts.no_route))
    };
    // As much is accepted as credit allows, and then as much as is handled.
    let (accepted, handled, ..) = until(&mut sim, 6_000);
    assert!(handled > 1_000, "{handled} were handled");
    assert!(
        accepted - handled <= WINDOW + 4,
        "{accepted} were accepted, {handled} handled"
    );

    // As much is accepted as the open streams and one queue take.
    sim.partition(HOSTS[0], HOSTS[1]);
    let (accepted, _, timed_out, no_route) = until(&mut sim, 12_000);
    assert!(
        accepted <= WINDOW,
        "{accepted} were accepted without a network"
    );
    assert!(timed_out > 0, "nobody was told that there is no room");
    assert!(no_route > 0, "nobody was told that there is no network");

    sim.repair(HOSTS[0], HOSTS[1]);
    let _ = until(&mut sim, 15_000);
    let (accepted, handled, ..) = until(&mut sim, 18_000);
    assert!(
        accepted > 0 && handled > 500,
        "{accepted} accepted, {handled} handled"
    );
    assert_eq!(panics(), before, "a sender panicked");
}

#[test]
fn floods_are_bounded() {
    log::begin(false);
    for seed in 0..3 {
        run(seed);
    }
}
