//! Answers share a connection: one that is read slowly takes nothing from one that is read fast.

use std::time::Duration;

use ockam::test::Network;
use ockam::{Context, Result, Route, route};
use tokio::time::{Instant, sleep};
use tokio_stream::iter;

use super::{Replies, next};

/// How long the fast reader reads, in simulated time, which nothing but the network and pauses takes.
const READS_FOR: Duration = Duration::from_millis(200);

/// Reads as fast as it can. Returns how many parts have come.
async fn read_fast(ctx: &Context, way: &Route) -> Result<u64> {
    let end = Instant::now() + READS_FOR;
    let mut parts = ctx.ask_stream::<u64>(way, u64::MAX).await?;
    let mut read = 0;
    while Instant::now() < end {
        assert_eq!(next(&mut parts).await.transpose()?, Some(read));
        read += 1;
    }
    Ok(read)
}

#[ockam::test(seeds = 20)]
async fn a_slow_reader_takes_nothing_from_a_fast_one(ctx: Context) -> Result<()> {
    let steady = Duration::from_millis(5);
    let network = Network::new(&ctx).delay(steady..steady + Duration::from_nanos(1));
    let server = |ctx: Context| async move {
        let streams = Replies(|parts| iter(0..parts));
        ctx.start_worker("streams", streams).await.map(drop)
    };
    network.node("server", server).await?;
    let connection = network.connect(&ctx, "server").await?;
    let way = route![&connection, "streams"];
    let alone = read_fast(&ctx, &way).await?;

    let mut slow = Vec::new();
    for _ in 0..8 {
        let (sender, way) = (ctx.sender(), way.clone());
        slow.push(tokio::spawn(async move {
            let mut parts = sender.ask_stream::<u64>(way, u64::MAX).await?;
            for number in 0.. {
                assert_eq!(next(&mut parts).await.transpose()?, Some(number));
                sleep(Duration::from_millis(10)).await;
            }
            Ok::<(), ockam::Error>(())
        }));
    }
    // Until they have as much as they are granted.
    sleep(Duration::from_secs(1)).await;
    let beside = read_fast(&ctx, &way).await?;
    assert!(beside * 10 >= alone * 9, "{beside} parts of {alone}");
    slow.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(())
}
