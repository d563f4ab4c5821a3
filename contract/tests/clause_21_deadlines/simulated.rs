//! Under seeds, on a network that loses, cuts and crashes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ockam::test::Network;
use ockam::{Context, Result, Worker, async_worker, route};
use tokio::time::{Instant, sleep};

use super::scene::SECOND;

/// How many handlers of all nodes are running.
#[derive(Clone, Default)]
struct Running(Arc<AtomicUsize>);

impl Running {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn enter(&self) -> Entered {
        self.0.fetch_add(1, Ordering::SeqCst);
        Entered(self.clone())
    }
}

struct Entered(Running);

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Waits until nobody waits, and never longer than it was told.
struct Waits(Running);

#[async_worker]
impl Worker for Waits {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, _number: u64) -> Result<()> {
        let _entered = self.0.enter();
        let left = ctx.time_left().expect("it was asked");
        let begin = Instant::now();
        assert!(
            left > Duration::ZERO,
            "one that comes too late is not begun"
        );
        ctx.cancelled().await;
        assert!(begin.elapsed() <= left + left / 64 + Duration::from_millis(3));
        Ok(())
    }
}

async fn dropped_and_late(ctx: Context, network: Network) -> Result<()> {
    let running = Running::default();
    let server = running.clone();
    network
        .node("server", async move |ctx: Context| {
            for worker in 0..4 {
                let waits = Waits(server.clone());
                ctx.start_worker(format!("waits {worker}"), waits).await?;
            }
            Ok(())
        })
        .await?;
    let connection = network.connect(&ctx, "server").await?;
    for round in 0..8_u64 {
        let worker = format!("waits {}", round % 4);
        let asked = ctx.ask_timeout::<u64>(route![&connection, worker], round, SECOND * 5);
        match round % 2 {
            0 => drop(tokio::time::timeout(SECOND, asked).await),
            _ => assert!(asked.await.is_err()),
        }
    }
    // Whatever was lost: no handler outlives the time of its asker, as the node that handles it counts it from
    // the arrival of the question, which is there after a cut at the latest.
    sleep(SECOND * 60).await;
    assert_eq!(running.count(), 0, "all have heard");
    Ok(())
}

#[ockam::test(seeds = 60)]
async fn every_handler_hears_it(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx);
    dropped_and_late(ctx, network).await
}

#[ockam::test(seeds = 60)]
async fn every_handler_hears_it_under_loss(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx).loss(0.1);
    dropped_and_late(ctx, network).await
}

#[ockam::test(seeds = 60)]
async fn every_handler_hears_it_under_cuts_and_crashes(ctx: Context) -> Result<()> {
    let network = Network::new(&ctx).loss(0.05).cuts(0.02).crashes(0.01);
    dropped_and_late(ctx, network).await
}
