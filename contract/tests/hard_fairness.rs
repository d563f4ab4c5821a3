//! Workers that always have messages, one for each thread of the node, and one that is asked again and
//! again. The messages that are handled before an answer are counted, not timed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ockam::{Context, NodeBuilder, Result, Worker};
use ockam_contract::pace::without_deadlock;

/// The number of messages that a worker handles in a row before it yields.
const YIELD_EVERY_MESSAGES: usize = 128;

/// The number of messages that the flooded workers handle. Then the flood ends, also if the test fails.
const FLOOD_MESSAGES: usize = 200_000;

/// Sends itself another message for each message that it handles, and counts them.
struct Flooded(Arc<AtomicUsize>);

impl Worker for Flooded {
    type Message = ();
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        if self.0.fetch_add(1, Ordering::Relaxed) < FLOOD_MESSAGES {
            // This fails if the mailbox is full, but then there are enough messages.
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

/// Floods `floods` workers, and asks another one until the flood is over. Returns the numbers of
/// messages that were handled between a question and its answer.
async fn handled_meanwhile(ctx: &Context, floods: usize) -> Result<Vec<usize>> {
    let handled = Arc::new(AtomicUsize::new(0));
    let mut flooded = Vec::new();
    for number in 0..floods {
        let worker = Flooded(handled.clone());
        let address = format!("flooded {number}");
        flooded.push(ctx.start_worker(address, worker).await?);
    }
    let echoer = ctx.start_worker("echoer", Echoer).await?;
    // The asker is a task, as the workers are. A runtime polls `main` less often, or on another thread.
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

/// The flooded worker runs once before a question is handled, and once before the asker gets the
/// answer.
#[test]
fn one_flooded_worker_does_not_starve_another_on_one_thread() {
    handled_meanwhile_on(NodeBuilder::new().current_thread(), 1, |meanwhile| {
        let most = meanwhile.iter().copied().max();
        assert!(most <= Some(2 * YIELD_EVERY_MESSAGES), "{most:?}");
    });
}

/// On average, each flooded worker runs twice. The system may halt one thread while the other goes on.
#[test]
fn two_flooded_workers_do_not_starve_another_on_two_threads() {
    handled_meanwhile_on(NodeBuilder::new().worker_threads(2), 2, |meanwhile| {
        let (handled, answered) = (meanwhile.iter().sum::<usize>(), meanwhile.len());
        let most = 2 * 2 * YIELD_EVERY_MESSAGES * answered;
        assert!(handled <= most, "{handled} and {answered} answers");
    });
}
