//! Workers that are never out of messages, one for each thread of the node, and one that is asked all
//! the time. How many messages of the flood come before an answer is counted, not timed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ockam::{Context, NodeBuilder, Result, Worker};
use ockam_contract::pace::without_deadlock;

/// What a relay handles in a row, before other tasks of its thread have their turn.
const YIELD_EVERY_MESSAGES: usize = 128;

/// How many messages the flooded workers handle. Then the flood ends, also for a test that fails.
const FLOOD_MESSAGES: usize = 200_000;

/// Sends itself another message for each that it handles, and counts them.
struct Flooded(Arc<AtomicUsize>);

impl Worker for Flooded {
    type Message = ();
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        if self.0.fetch_add(1, Ordering::Relaxed) < FLOOD_MESSAGES {
            // Refused if the mailbox is full, and then it is flooded all the same.
            let _ = ctx.try_send(ctx.address().clone(), ());
        }
        Ok(())
    }
}

/// Answers.
struct Echoer;

impl Worker for Echoer {
    type Message = usize;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: usize) -> Result<()> {
        ctx.reply(msg).await
    }
}

/// Floods so many workers, and asks another one until the flood is over. Returns how many messages were
/// handled between each question and its answer.
async fn handled_meanwhile(ctx: &Context, floods: usize) -> Result<Vec<usize>> {
    let handled = Arc::new(AtomicUsize::new(0));
    let mut flooded = Vec::new();
    for number in 0..floods {
        let worker = Flooded(handled.clone());
        let address = format!("flooded {number}");
        flooded.push(ctx.start_worker(address, worker).await?);
    }
    let echoer = ctx.start_worker("echoer", Echoer).await?;
    // A task like the workers: a runtime comes to `main` more seldom, or on a thread of its own.
    let asking = tokio::spawn(async move {
        for handle in flooded {
            while handle.try_send(()).is_ok() {}
        }
        let mut meanwhile = Vec::new();
        let mut before = handled.load(Ordering::Relaxed);
        while before < FLOOD_MESSAGES {
            assert_eq!(echoer.ask::<usize>(before).await?, before);
            let after = handled.load(Ordering::Relaxed);
            meanwhile.push(after - before);
            before = after;
        }
        Ok(meanwhile)
    });
    asking.await.expect("it neither panics nor is aborted")
}

fn handled_meanwhile_on(builder: NodeBuilder, floods: usize, check: fn(&[usize])) {
    without_deadlock(move || {
        let (ctx, mut executor) = builder.build().expect("a node");
        let meanwhile = executor.execute(async move {
            let meanwhile = handled_meanwhile(&ctx, floods).await?;
            ctx.stop().await?;
            Ok(meanwhile)
        });
        check(&meanwhile.expect("nothing fails"));
    });
}

/// The flooded one has a turn before a question is handled, and one before the asker sees the answer.
#[test]
fn one_flooded_worker_does_not_starve_another_on_one_thread() {
    handled_meanwhile_on(NodeBuilder::new().current_thread(), 1, |meanwhile| {
        let most = meanwhile.iter().copied().max();
        assert!(most <= Some(2 * YIELD_EVERY_MESSAGES), "{most:?}");
    });
}

/// Each of them has two turns, in the mean: the system may halt one thread while the other goes on.
#[test]
fn two_flooded_workers_do_not_starve_another_on_two_threads() {
    handled_meanwhile_on(NodeBuilder::new().worker_threads(2), 2, |meanwhile| {
        let (handled, answered) = (meanwhile.iter().sum::<usize>(), meanwhile.len());
        let most = 2 * 2 * YIELD_EVERY_MESSAGES * answered;
        assert!(handled <= most, "{handled} and {answered} answers");
    });
}
