//! Answers that go on (clause 23) through a channel.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ockam::{Context, ErrorKind, Result, Route, Streaming, Worker, route};
use ockam_contract::pace::soon;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_stream::{Stream, StreamExt, iter};

use crate::nodes::{Pair, pair};

/// Answers with as many numbers as it is asked for, and tells when such an answer is dropped.
struct Numbers(Arc<Notify>);

struct Told(Arc<Notify>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

impl Worker for Numbers {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, parts: u64) -> Result<()> {
        let told = Told(self.0.clone());
        let numbers = iter(0..parts).map(move |number| {
            let _told = &told;
            assert!(number < 500 || parts != 501, "at {number}");
            number
        });
        ctx.reply_stream(numbers).await
    }
}

/// Alice and Bob, who has `numbers`, and the way there through their channel.
async fn numbers() -> Result<(Pair, Route, Arc<Notify>)> {
    let pair = pair("numbers").await?;
    let dropped = Arc::new(Notify::new());
    let numbers = Numbers(dropped.clone());
    pair.bob.ctx.start_worker("numbers", numbers).await?;
    let way = route![&pair.channel, "numbers"];
    Ok((pair, way, dropped))
}

async fn next(streaming: &mut Streaming<u64>) -> Option<Result<u64>> {
    soon(poll_fn(|cx| Pin::new(&mut *streaming).poll_next(cx))).await
}

#[tokio::test]
async fn all_parts_arrive_in_order_and_then_the_answer_is_over() -> Result<()> {
    let (pair, way, dropped) = numbers().await?;
    // Some are more than the credit, and than the frames between two renewals of the keys.
    for parts in [0, 1, 20_000] {
        let streaming = soon(pair.alice.ctx.ask_stream::<u64>(&way, parts)).await?;
        let read = soon(streaming.collect::<Result<Vec<_>>>()).await?;
        assert!(read.into_iter().eq(0..parts), "{parts} parts");
        soon(dropped.notified()).await;
    }
    pair.stop().await
}

#[tokio::test]
async fn a_failure_is_the_last_part_behind_all_others() -> Result<()> {
    let (pair, way, _) = numbers().await?;
    let mut streaming = soon(pair.alice.ctx.ask_stream::<u64>(&way, 501_u64)).await?;
    for number in 0..500 {
        assert_eq!(next(&mut streaming).await.transpose()?, Some(number));
    }
    let error = next(&mut streaming)
        .await
        .expect("a last part")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Panicked, "{error}");
    assert!(next(&mut streaming).await.is_none());
    pair.stop().await
}

#[tokio::test]
async fn a_reader_that_is_dropped_drops_the_stream_at_the_other_end() -> Result<()> {
    let (pair, way, dropped) = numbers().await?;
    for read in [0, 1, 1_000] {
        let mut streaming = soon(pair.alice.ctx.ask_stream::<u64>(&way, u64::MAX)).await?;
        for number in 0..read {
            assert_eq!(next(&mut streaming).await.transpose()?, Some(number));
        }
        drop(streaming);
        let within = timeout(Duration::from_secs(1), dropped.notified());
        within.await.expect("it is dropped within a second");
    }
    pair.stop().await
}

#[tokio::test]
async fn a_reader_that_does_not_read_keeps_no_other_waiting() -> Result<()> {
    let (pair, way, _) = numbers().await?;
    let mut unread = Vec::new();
    for _ in 0..100 {
        unread.push(soon(pair.alice.ctx.ask_stream::<u64>(&way, u64::MAX)).await?);
    }
    let fast = soon(pair.alice.ctx.ask_stream::<u64>(&way, 5_000_u64)).await?;
    let parts = soon(fast.collect::<Result<Vec<_>>>()).await?;
    assert_eq!(parts.len(), 5_000);
    for streaming in &mut unread {
        assert_eq!(next(streaming).await.transpose()?, Some(0));
    }
    pair.stop().await
}

#[tokio::test]
async fn a_channel_that_closes_ends_both_ends() -> Result<()> {
    let (pair, way, dropped) = numbers().await?;
    let mut streaming = soon(pair.alice.ctx.ask_stream::<u64>(&way, u64::MAX)).await?;
    assert_eq!(next(&mut streaming).await.transpose()?, Some(0));
    soon(pair.channel.close()).await;
    let within = timeout(Duration::from_secs(1), dropped.notified());
    within.await.expect("it is dropped within a second");
    let mut last = None;
    while let Some(part) = next(&mut streaming).await {
        last = Some(part);
    }
    let error = last.expect("a last part").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    pair.stop().await
}
