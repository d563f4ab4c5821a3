//! Whoever answers is a bounded number of parts ahead of the reader.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam::Result;
use ockam_contract::pace::{at_rest, soon};
use tokio_stream::{StreamExt, iter};

use super::{next, with};

/// The parts that may wait, and as many that the reader has taken.
const MAX_AHEAD: u64 = 2 * 64;

#[tokio::test(start_paused = true)]
async fn a_reader_that_does_not_read_stops_whoever_answers() -> Result<()> {
    let made = Arc::new(AtomicU64::new(0));
    let counted = made.clone();
    let ctx = with(move |_| {
        let counted = counted.clone();
        iter(0..).map(move |number| {
            counted.fetch_add(1, Ordering::Relaxed);
            number
        })
    })
    .await?;
    let mut streaming = ctx.ask_stream::<u64>("streams", 0_u64).await?;
    at_rest().await;
    assert_eq!(made.load(Ordering::Relaxed), MAX_AHEAD / 2);
    for read in 1..1_000 {
        assert_eq!(next(&mut streaming).await.transpose()?, Some(read - 1));
        at_rest().await;
        let ahead = made.load(Ordering::Relaxed) - read;
        assert!(ahead < MAX_AHEAD, "{ahead}");
    }
    soon(ctx.stop()).await
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_does_not_hold_up_a_fast_one() -> Result<()> {
    const PARTS: u64 = 5_000;
    let ctx = with(|parts| iter(0..parts)).await?;
    let _slow = ctx.ask_stream::<u64>("streams", u64::MAX).await?;
    at_rest().await;
    let fast = ctx.ask_stream::<u64>("streams", PARTS).await?;
    // Without a step of the clock: nothing waits for the slow one.
    let begun = tokio::time::Instant::now();
    let parts = fast.collect::<Result<Vec<_>>>().await?;
    assert_eq!(
        (parts.len() as u64, begun.elapsed().as_millis()),
        (PARTS, 0)
    );
    soon(ctx.stop()).await
}
