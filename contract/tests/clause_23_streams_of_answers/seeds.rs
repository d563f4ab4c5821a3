//! Under many orders of events.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam::{Context, Error, Result};
use tokio_stream::{StreamExt, iter};

use super::{Replies, next};

/// Counts the streams that are there.
struct Counted(Arc<AtomicU64>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[ockam::test(seeds = 200)]
async fn every_stream_is_read_in_order_to_one_end_or_dropped(ctx: Context) -> Result<()> {
    let there = Arc::new(AtomicU64::new(0));
    let counted = there.clone();
    let streams = Replies(move |parts| {
        counted.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(counted.clone());
        iter(0..parts).map(move |number| {
            let _counted = &counted;
            number
        })
    });
    ctx.start_worker("streams", streams).await?;
    let readers = (0..4_u64).map(|reader| {
        let sender = ctx.sender();
        let (parts, read) = (50 * (reader + 1), 70 * reader);
        tokio::spawn(async move {
            let mut streaming = sender.ask_stream::<u64>("streams", parts).await?;
            for number in 0..read.min(parts) {
                assert_eq!(next(&mut streaming).await.transpose()?, Some(number));
            }
            if read >= parts {
                assert!(next(&mut streaming).await.is_none());
            }
            Ok::<_, Error>(())
        })
    });
    for reader in readers.collect::<Vec<_>>() {
        reader.await.expect("it does not panic")?;
    }
    while there.load(Ordering::Relaxed) > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    Ok(())
}
