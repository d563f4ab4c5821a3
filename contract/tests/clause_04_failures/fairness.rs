//! Whoever fails at once, again and again, leaves the thread to others now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ockam::{Context, NodeBuilder, Result};
use ockam_contract::gated::gated;
use ockam_contract::pace::without_deadlock;

/// Runs `fails` in a loop, on a node with one thread, until another task has had a turn.
fn leaves_turns<F: Future<Output = bool> + Send>(
    fails: impl Fn(Arc<Context>) -> F + Send + Sync + Copy + 'static,
) {
    without_deadlock(move || {
        let built = NodeBuilder::new().current_thread().build();
        let (ctx, mut executor) = built.expect("a node");
        let ran: Result<()> = executor.execute(async move {
            let ctx = Arc::new(ctx);
            let had_a_turn = Arc::new(AtomicBool::new(false));
            let turn = had_a_turn.clone();
            tokio::spawn(async move { turn.store(true, Ordering::Relaxed) });
            while !had_a_turn.load(Ordering::Relaxed) {
                assert!(fails(ctx.clone()).await, "it fails each time");
            }
            ctx.stop().await
        });
        ran.expect("nothing else fails");
    });
}

#[test]
fn sends_and_asks_to_nobody() {
    leaves_turns(|ctx| async move { ctx.send_message("nobody", 1_u64).await.is_err() });
    leaves_turns(|ctx| async move { ctx.ask::<u64>("nobody", 1_u64).await.is_err() });
    leaves_turns(|ctx| async move { ctx.sender().ask::<u64>("nobody", 1_u64).await.is_err() });
}

#[test]
fn asks_of_oneself_and_replies_to_nobody() {
    leaves_turns(|ctx| async move { ctx.ask::<u64>("app", 1_u64).await.is_err() });
    leaves_turns(|ctx| async move { ctx.reply(1_u64).await.is_err() });
}

#[test]
fn sends_and_asks_by_the_handle_of_a_worker_that_has_stopped() {
    leaves_turns(|ctx| async move {
        let (worker, _gate) = gated();
        let handle = ctx.start_worker("worker", worker).await.expect("it starts");
        handle.stop().await.expect("it stops");
        // More than a task may do in a row.
        for _ in 0..1_000 {
            assert!(handle.send(1).await.is_err());
            assert!(handle.ask::<u64>(1).await.is_err());
        }
        true
    });
}
