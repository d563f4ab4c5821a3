//! An answer has one end: complete, or one error, behind all parts.

use ockam::{Context, Error, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::pace::soon;
use tokio_stream::{StreamExt, iter};

use super::{next, with};

#[tokio::test]
async fn all_parts_arrive_in_order_and_then_the_answer_is_over() -> Result<()> {
    const PARTS: u64 = 10_000;
    let ctx = with(|parts| iter(0..parts)).await?;
    let mut streaming = ctx.ask_stream::<u64>("streams", PARTS).await?;
    for number in 0..PARTS {
        assert_eq!(next(&mut streaming).await.transpose()?, Some(number));
    }
    assert!(next(&mut streaming).await.is_none());
    assert!(next(&mut streaming).await.is_none(), "it stays over");
    let empty = ctx.ask_stream::<u64>("streams", 0_u64).await?;
    assert_eq!(soon(empty.collect::<Vec<_>>()).await.len(), 0);
    soon(ctx.stop()).await
}

#[tokio::test]
async fn a_panic_of_the_stream_is_the_last_part_and_the_worker_lives() -> Result<()> {
    let ctx = with(|parts| {
        iter(0..).map(move |number| match number == parts {
            true => panic!("at {number}"),
            false => number,
        })
    })
    .await?;
    for _ in 0..2 {
        let mut streaming = ctx.ask_stream::<u64>("streams", 3_u64).await?;
        for number in 0..3 {
            assert_eq!(next(&mut streaming).await.transpose()?, Some(number));
        }
        let error = next(&mut streaming)
            .await
            .expect("a last part")
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Panicked);
        assert_eq!(error.to_string(), "the stream of 0#streams panicked: at 3");
        assert!(next(&mut streaming).await.is_none());
    }
    soon(ctx.stop()).await
}

/// Sends as many parts as it is asked for, then ends as it was told.
struct Sends;

#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
enum End {
    Complete,
    Fail,
    Drop,
}

impl Worker for Sends {
    type Message = End;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, end: End) -> Result<()> {
        let mut reply = ctx.stream_reply::<String>().await?;
        reply.send("part".to_owned()).await?;
        match end {
            End::Complete => reply.complete(),
            End::Fail => reply.fail(Error::new(ErrorKind::Denied, "no more for you")),
            End::Drop => {}
        }
        Ok(())
    }
}

#[tokio::test]
async fn who_sends_the_parts_one_by_one_says_how_they_end() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let sends = ctx.start_worker("sends", Sends).await?;
    for (end, kind) in [
        (End::Complete, None),
        (End::Fail, Some(ErrorKind::Denied)),
        (End::Drop, Some(ErrorKind::NoReply)),
    ] {
        let mut streaming = sends.ask_stream::<String>(end).await?;
        assert_eq!(
            next(&mut streaming).await.transpose()?.as_deref(),
            Some("part")
        );
        let last = next(&mut streaming).await;
        assert_eq!(last.map(|last| last.unwrap_err().kind()), kind);
        assert!(next(&mut streaming).await.is_none());
    }
    soon(ctx.stop()).await
}

#[tokio::test]
async fn an_answer_goes_on_when_its_worker_has_ended() -> Result<()> {
    let ctx = with(|parts| iter(0..parts)).await?;
    let streaming = ctx.ask_stream::<u64>("streams", 1_000_u64).await?;
    ctx.stop_worker("streams").await?;
    let parts = soon(streaming.collect::<Result<Vec<_>>>()).await?;
    assert_eq!(parts.len(), 1_000);
    soon(ctx.stop()).await
}
