//! Over a connection, and over two.

use std::sync::Arc;
use std::time::Duration;

use ockam::{Connection, Context, ErrorKind, NodeBuilder, Result, TcpTransport, Worker, route};
use ockam_contract::pace::soon;
use tokio::sync::Notify;
use tokio_stream::{Stream, StreamExt, iter, pending};

use super::dropped::watched;
use super::{Replies, next, with};

/// A client and the connection to the node that has `streams`.
struct Pair {
    server: Context,
    client: Context,
    connection: Connection,
}

async fn pair<S: Stream<Item = u64> + Send + 'static>(
    stream: impl FnMut(u64) -> S + Send + 'static,
) -> Result<Pair> {
    let server = with(stream).await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", "streams")
        .await?;
    let client = NodeBuilder::new().start().await?;
    let to = listener.local_address().to_string();
    let connection = TcpTransport::new(&client)?.connect(&to).await?;
    Ok(Pair {
        server,
        client,
        connection,
    })
}

impl Pair {
    async fn stop(self) -> Result<()> {
        soon(self.client.stop()).await?;
        soon(self.server.stop()).await
    }
}

#[tokio::test]
async fn all_parts_arrive_in_order_and_then_the_answer_is_over() -> Result<()> {
    const PARTS: u64 = 5_000;
    let pair = pair(|parts| iter(0..parts)).await?;
    let streams = route![&pair.connection, "streams"];
    for parts in [0, 1, PARTS] {
        let mut streaming = pair.client.ask_stream::<u64>(&streams, parts).await?;
        for number in 0..parts {
            assert_eq!(next(&mut streaming).await.transpose()?, Some(number));
        }
        assert!(next(&mut streaming).await.is_none());
    }
    pair.stop().await
}

#[tokio::test]
async fn a_failure_is_the_last_part_behind_all_others() -> Result<()> {
    let pair = pair(|parts| {
        iter(0..).map(move |number| match number == parts {
            true => panic!("at {number}"),
            false => number,
        })
    })
    .await?;
    let streams = route![&pair.connection, "streams"];
    let mut streaming = pair.client.ask_stream::<u64>(&streams, 300_u64).await?;
    for number in 0..300 {
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
async fn a_reader_that_is_dropped_drops_the_stream_on_the_other_node() -> Result<()> {
    let dropped = Arc::new(Notify::new());
    let told = dropped.clone();
    let pair = pair(move |parts| watched(iter(0..parts).chain(pending()), &told)).await?;
    let streams = route![&pair.connection, "streams"];
    for parts in [0_u64, 10, 100_000] {
        let mut streaming = pair.client.ask_stream::<u64>(&streams, parts).await?;
        if parts > 0 {
            assert_eq!(next(&mut streaming).await.transpose()?, Some(0));
        }
        drop(streaming);
        let within = tokio::time::timeout(Duration::from_secs(1), dropped.notified());
        within.await.expect("it is dropped within a second");
    }
    pair.stop().await
}

#[tokio::test]
async fn a_client_that_vanishes_ends_the_stream_and_its_own_answer() -> Result<()> {
    let dropped = Arc::new(Notify::new());
    let told = dropped.clone();
    let pair = pair(move |_| watched(iter([1]).chain(pending()), &told)).await?;
    let streams = route![&pair.connection, "streams"];
    let mut streaming = pair.client.ask_stream::<u64>(&streams, 0_u64).await?;
    assert_eq!(next(&mut streaming).await.transpose()?, Some(1));
    pair.connection.close().await;
    let within = tokio::time::timeout(Duration::from_secs(1), dropped.notified());
    within.await.expect("it is dropped within a second");
    let error = next(&mut streaming)
        .await
        .expect("a last part")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert!(next(&mut streaming).await.is_none());
    pair.stop().await
}

#[tokio::test]
async fn a_reader_that_does_not_read_keeps_no_other_waiting() -> Result<()> {
    const PARTS: u64 = 20_000;
    let pair = pair(|parts| iter(0..parts)).await?;
    let streams = route![&pair.connection, "streams"];
    let mut unread = Vec::new();
    for _ in 0..100 {
        unread.push(pair.client.ask_stream::<u64>(&streams, u64::MAX).await?);
    }
    let fast = pair.client.ask_stream::<u64>(&streams, PARTS).await?;
    let parts = soon(fast.collect::<Result<Vec<_>>>()).await?;
    assert_eq!(parts.len() as u64, PARTS);
    for streaming in &mut unread {
        assert_eq!(next(streaming).await.transpose()?, Some(0));
    }
    pair.stop().await
}

#[tokio::test]
async fn parts_of_another_type_are_refused_and_the_stream_is_dropped() -> Result<()> {
    let dropped = Arc::new(Notify::new());
    let told = dropped.clone();
    let pair = pair(move |_| watched(iter(0..), &told)).await?;
    let streams = route![&pair.connection, "streams"];
    let mut streaming = pair.client.ask_stream::<String>(&streams, 0_u64).await?;
    let error = next(&mut streaming)
        .await
        .expect("a last part")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error}");
    soon(dropped.notified()).await;
    let error = pair.client.ask::<u64>(&streams, 0_u64).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error}");
    soon(dropped.notified()).await;
    pair.stop().await
}

/// Forwards questions, and sees no parts.
struct Hop;

impl Worker for Hop {
    type Message = ockam::Any;
    type Context = Context;

    async fn handle_routed(
        &mut self,
        ctx: &mut Context,
        msg: ockam::Routed<ockam::Any>,
    ) -> Result<()> {
        ctx.forward(msg).await
    }
}

#[tokio::test]
async fn parts_and_drops_go_over_a_node_in_the_middle() -> Result<()> {
    const PARTS: u64 = 5_000;
    let dropped = Arc::new(Notify::new());
    let told = dropped.clone();
    let far = NodeBuilder::new().start().await?;
    let streams = Replies(move |parts| watched(iter(0..parts), &told));
    far.start_worker("streams", streams).await?;
    let far_listener = TcpTransport::new(&far)?
        .listen("127.0.0.1:0", "streams")
        .await?;
    let middle = NodeBuilder::new().start().await?;
    middle.start_worker("hop", Hop).await?;
    let tcp = TcpTransport::new(&middle)?;
    let onward = tcp.connect(far_listener.local_address()).await?;
    let exposed = [onward.address().clone(), "hop".into()];
    let listener = tcp.listen("127.0.0.1:0", exposed).await?;
    let client = NodeBuilder::new().start().await?;
    let to = listener.local_address().to_string();
    let connection = TcpTransport::new(&client)?.connect(&to).await?;
    for way in [
        route![&connection, onward.address().clone(), "streams"],
        route![&connection, "hop", onward.address().clone(), "streams"],
    ] {
        let mut streaming = client.ask_stream::<u64>(&way, PARTS).await?;
        for number in 0..PARTS {
            assert_eq!(next(&mut streaming).await.transpose()?, Some(number));
        }
        assert!(next(&mut streaming).await.is_none());
        soon(dropped.notified()).await;
        let mut streaming = client.ask_stream::<u64>(&way, u64::MAX).await?;
        assert_eq!(next(&mut streaming).await.transpose()?, Some(0));
        drop(streaming);
        let within = tokio::time::timeout(Duration::from_secs(1), dropped.notified());
        within.await.expect("it is dropped within a second");
    }
    let mut streaming = client
        .ask_stream::<u64>(
            route![&connection, onward.address().clone(), "streams"],
            u64::MAX,
        )
        .await?;
    assert_eq!(next(&mut streaming).await.transpose()?, Some(0));
    soon(far.stop()).await?;
    let mut last = None;
    while let Some(part) = next(&mut streaming).await {
        last = Some(part);
    }
    let error = last.expect("a last part").unwrap_err();
    // The node that stops says so, if it still can.
    let kinds = [ErrorKind::Stopped, ErrorKind::OutcomeUnknown];
    assert!(kinds.contains(&error.kind()), "{error}");
    soon(client.stop()).await?;
    soon(middle.stop()).await
}
