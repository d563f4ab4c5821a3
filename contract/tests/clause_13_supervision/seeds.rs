//! Trees of depth three under load, in which workers are killed, panic, stop and are started again, on two
//! threads.

use std::time::Duration;

use ockam::{ErrorKind, NodeBuilder, Restart, Result, Supervisor};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::soon;

use super::{Notes, PANIC, STOP, notes};

/// A generator that repeats what it does for a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % limit
    }

    fn strategy(&mut self, address: &str) -> Supervisor {
        match self.below(3) {
            0 => Supervisor::one_for_one(address),
            1 => Supervisor::one_for_all(address),
            _ => Supervisor::rest_for_one(address),
        }
    }
}

fn tree(chance: &mut Chance, notes: &Notes) -> Supervisor {
    let forever = Restart::on_failure()
        .at_most(u32::MAX, Duration::MAX)
        .backoff(Duration::ZERO, Duration::from_millis(1));
    let mut root = chance.strategy("root").restart(forever.clone());
    for branch in 0..2 {
        let mut inner = chance
            .strategy(&format!("branch {branch}"))
            .restart(forever.clone());
        for leaf in 0..3 {
            let leaf = notes.fragile(&format!("leaf {branch}{leaf}"));
            inner = inner.child(leaf.restart(forever.clone()));
        }
        root = root.child(inner);
    }
    root
}

/// Plays one round, and returns how many asks were answered.
async fn round(seed: u64) -> Result<u64> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let mut chance = Chance(seed);
    tree(&mut chance, &notes).start(&ctx).await?;
    let mut asks = Vec::new();
    for _ in 0..60 {
        let leaf = format!("leaf {}{}", chance.below(2), chance.below(3));
        let monitored = ctx.sender().ended(&*leaf);
        let message = match chance.below(20) {
            0..4 => PANIC,
            4 => STOP,
            _ => 1,
        };
        if chance.below(50) == 0 {
            // It may have ended already.
            let _ = ctx.kill_worker(&*leaf).await;
        }
        let sender = ctx.sender();
        let patience = Duration::from_secs(10);
        asks.push(tokio::spawn(async move {
            let asked = sender.ask_timeout::<u64>(&*leaf, message, patience).await;
            drop(monitored);
            asked
        }));
        if chance.below(4) == 0 {
            tokio::task::yield_now().await;
        }
    }
    let mut answered = 0;
    for ask in asks {
        match soon(ask).await.expect("an ask doesn't panic") {
            Ok(_) => answered += 1,
            Err(error) => assert_ne!(error.kind(), ErrorKind::TimedOut, "seed {seed}: {error}"),
        }
    }
    soon(ctx.stop()).await?;
    let report = ctx.stop_report().expect("the node has stopped");
    assert_eq!(report.killed(), [""; 0], "seed {seed}");
    Ok(answered)
}

#[test]
fn every_ask_is_answered_or_fails_and_nothing_is_left() -> Result<()> {
    let rounds = std::env::var("OCKAM_ROUNDS")
        .ok()
        .and_then(|it| it.parse().ok());
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(2).enable_all().build()?;
    let mut answered = 0;
    for seed in 0..rounds.unwrap_or(200) {
        answered += runtime.block_on(round(seed))?;
        let metrics = runtime.metrics();
        let no_task = eventually("no task is left", || metrics.num_alive_tasks() == 0);
        runtime.block_on(no_task);
    }
    assert!(answered > 0);
    Ok(())
}
