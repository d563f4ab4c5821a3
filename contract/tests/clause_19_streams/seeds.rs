//! Under seeds: nothing is lost or doubled, whatever order things have.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam::{Context, Result};
use tokio_stream::StreamExt;

use super::{Event, Got, event, taker};

/// Attaches a stream and pipes work, and stops the worker at any moment. What was yielded and what was begun is
/// handled exactly once, and before `shutdown`.
#[ockam::test(seeds = 300)]
async fn a_stop_at_any_moment_loses_nothing(ctx: Context) -> Result<()> {
    const PIPED: u64 = 1_000;
    let yielded = Arc::<AtomicU64>::default();
    let of_stream = yielded.clone();
    let (worker, mut events) = taker(move |ctx| {
        let yielded = of_stream.clone();
        let numbers = tokio_stream::iter(0..40).map(move |number| {
            yielded.fetch_add(1, Ordering::SeqCst);
            Event::Number(number)
        });
        ctx.attach_stream(numbers)?;
        for number in 0..3 {
            ctx.pipe(async move { Ok(PIPED + number) }, event)?;
            ctx.pipe_blocking(move || Ok(PIPED + 10 + number), event)?;
        }
        Ok(())
    });
    let worker = ockam::WorkerBuilder::new("taker", worker).mailbox_capacity(3);
    let worker = worker.start(&ctx).await?;
    let (stopped, _) = tokio::join!(worker.stop(), worker.send(Event::Number(PIPED + 99)));
    stopped?;
    let (mut items, mut piped) = (0, Vec::new());
    let mut has_shut_down = false;
    while let Ok(got) = events.try_recv() {
        assert!(!has_shut_down, "{got:?}");
        match got {
            Got::Event(Event::Number(number)) if number < PIPED => {
                assert_eq!(number, items, "in order");
                items += 1;
            }
            Got::Event(Event::Number(number)) => piped.push(number - PIPED),
            Got::Shutdown => has_shut_down = true,
            other => panic!("{other:?}"),
        }
    }
    assert!(has_shut_down);
    assert_eq!(items, yielded.load(Ordering::SeqCst));
    piped.retain(|it| *it != 99);
    piped.sort_unstable();
    assert_eq!(piped, [0, 1, 2, 10, 11, 12]);
    Ok(())
}
