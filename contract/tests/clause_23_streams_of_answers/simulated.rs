//! Over a simulated network that loses, cuts and crashes: every answer ends exactly once on both sides, with no
//! part twice and none out of order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ockam::test::Network;
use ockam::{Context, ErrorKind, Result, route};
use tokio::time::{Instant, sleep};
use tokio_stream::{StreamExt, iter};

use super::{Replies, next};

/// The streams of the server that are there, in all of its lives.
#[derive(Clone, Default)]
struct There(Arc<AtomicU64>);

/// One of them.
struct One(There);

impl Drop for One {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Yields numbers, with a pause between some of them.
async fn server(ctx: Context, there: There) -> Result<()> {
    let streams = Replies(move |parts| {
        there.0.fetch_add(1, Ordering::Relaxed);
        let one = One(there.clone());
        iter(0..parts).then(move |number| {
            let _one = &one;
            async move {
                if number % 16 == 0 {
                    sleep(Duration::from_millis(10)).await;
                }
                number
            }
        })
    });
    ctx.start_worker("streams", streams).await.map(drop)
}

/// Reads an answer to its end. Returns whether it was complete.
async fn read(ctx: &Context, way: ockam::Route, parts: u64) -> Result<bool> {
    let mut streaming = match ctx.ask_stream::<u64>(way, parts).await {
        Ok(streaming) => streaming,
        Err(error) => {
            assert_ne!(error.kind(), ErrorKind::WrongType, "{error:#}");
            return Ok(false);
        }
    };
    let mut expected = 0;
    loop {
        match next(&mut streaming).await {
            Some(Ok(number)) => {
                assert_eq!(number, expected, "none twice, none out of order");
                expected += 1;
            }
            Some(Err(error)) => {
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:#}");
                assert!(next(&mut streaming).await.is_none(), "one end");
                return Ok(false);
            }
            None => {
                assert_eq!(expected, parts, "it is complete");
                return Ok(true);
            }
        }
    }
}

async fn none_is_left(there: &There) {
    let begin = Instant::now();
    while there.0.load(Ordering::Relaxed) > 0 {
        assert!(
            begin.elapsed() < Duration::from_secs(120),
            "a stream is left"
        );
        sleep(Duration::from_millis(10)).await;
    }
}

#[ockam::test(seeds = 50)]
async fn without_faults_all_parts_arrive(ctx: Context) -> Result<()> {
    let there = There::default();
    let network = Network::new(&ctx);
    let streams = there.clone();
    network
        .node("server", move |ctx| server(ctx, streams.clone()))
        .await?;
    let connection = network.connect(&ctx, "server").await?;
    assert!(read(&ctx, route![&connection, "streams"], 200).await?);
    none_is_left(&there).await;
    Ok(())
}

#[ockam::test(seeds = 50)]
async fn whatever_the_network_does_an_answer_ends_once(ctx: Context) -> Result<()> {
    let there = There::default();
    let network = Network::new(&ctx).loss(0.02).cuts(0.05).crashes(0.02);
    let streams = there.clone();
    network
        .node("server", move |ctx| server(ctx, streams.clone()))
        .await?;
    let connection = network.connect(&ctx, "server").await?;
    for _ in 0..5 {
        read(&ctx, route![&connection, "streams"], 200).await?;
    }
    none_is_left(&there).await;
    Ok(())
}

#[ockam::test(seeds = 50)]
async fn a_reader_that_is_dropped_leaves_nothing_behind(ctx: Context) -> Result<()> {
    let there = There::default();
    let network = Network::new(&ctx).cuts(0.05);
    let streams = there.clone();
    network
        .node("server", move |ctx| server(ctx, streams.clone()))
        .await?;
    let connection = network.connect(&ctx, "server").await?;
    for read in [0, 1, 40] {
        let way = route![&connection, "streams"];
        let Ok(mut streaming) = ctx.ask_stream::<u64>(way, u64::MAX).await else {
            continue;
        };
        for _ in 0..read {
            let _ = next(&mut streaming).await;
        }
        drop(streaming);
    }
    none_is_left(&there).await;
    Ok(())
}
