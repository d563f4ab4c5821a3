//! Dropping either end ends the other one.

use std::sync::Arc;

use ockam::{Context, ErrorKind, NodeBuilder, Result, Worker};
use ockam_contract::pace::soon;
use tokio::sync::Notify;
use tokio_stream::{Stream, StreamExt, iter, pending};

use super::{next, with};

/// Tells that it is dropped.
struct Told(Arc<Notify>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// Tells when a stream is dropped.
pub(crate) fn watched<S: Stream<Item = u64>>(
    stream: S,
    dropped: &Arc<Notify>,
) -> impl Stream<Item = u64> + use<S> {
    let told = Told(dropped.clone());
    stream.map(move |number| {
        let _told = &told;
        number
    })
}

#[tokio::test]
async fn a_stream_is_dropped_with_its_reader_while_it_waits_for_a_part() -> Result<()> {
    let dropped = Arc::new(Notify::new());
    let told = dropped.clone();
    let ctx = with(move |_| watched(iter([1]).chain(pending()), &told)).await?;
    let mut streaming = ctx.ask_stream::<u64>("streams", 0_u64).await?;
    assert_eq!(next(&mut streaming).await.transpose()?, Some(1));
    drop(streaming);
    soon(dropped.notified()).await;
    soon(ctx.stop()).await
}

#[tokio::test]
async fn a_stream_is_dropped_with_its_reader_while_it_waits_for_room() -> Result<()> {
    let dropped = Arc::new(Notify::new());
    let told = dropped.clone();
    let ctx = with(move |_| watched(iter(0..), &told)).await?;
    for read in [0, 1, 200] {
        let mut streaming = ctx.ask_stream::<u64>("streams", 0_u64).await?;
        for number in 0..read {
            assert_eq!(next(&mut streaming).await.transpose()?, Some(number));
        }
        drop(streaming);
        soon(dropped.notified()).await;
    }
    soon(ctx.stop()).await
}

#[tokio::test]
async fn an_asker_that_is_stopped_drops_its_end() -> Result<()> {
    struct Reads;
    impl Worker for Reads {
        type Message = ();
        type Context = Context;

        async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
            let mut numbers = ctx.ask_stream::<u64>("streams", 0_u64).await?;
            while let Some(number) = numbers.next().await {
                number?;
            }
            Ok(())
        }
    }
    let (begun, dropped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, told) = (begun.clone(), dropped.clone());
    let ctx = with(move |_| {
        begins.notify_one();
        watched(pending(), &told)
    })
    .await?;
    ctx.start_worker("reads", Reads).await?;
    ctx.send_message("reads", ()).await?;
    soon(begun.notified()).await;
    ctx.kill_worker("reads").await?;
    soon(dropped.notified()).await;
    soon(ctx.stop()).await
}

/// Hands its end out.
struct Hands(tokio::sync::mpsc::UnboundedSender<ockam::StreamReply<u64>>);

impl Worker for Hands {
    type Message = ();
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
        let reply = ctx.stream_reply::<u64>().await?;
        let _ = self.0.send(reply);
        Ok(())
    }
}

#[tokio::test]
async fn who_sends_the_parts_hears_that_nobody_reads_them() -> Result<()> {
    let (sender, mut replies) = tokio::sync::mpsc::unbounded_channel();
    let ctx = NodeBuilder::new().start().await?;
    let hands = ctx.start_worker("hands", Hands(sender)).await?;
    let streaming = hands.ask_stream::<u64>(()).await?;
    let mut reply = soon(replies.recv()).await.expect("it was handed out");
    for number in 0..64 {
        soon(reply.send(number)).await?;
    }
    let waiting = tokio::spawn(async move {
        let sent = reply.send(64).await;
        reply.closed().await;
        sent
    });
    tokio::task::yield_now().await;
    drop(streaming);
    let mut error = soon(waiting).await.expect("it does not panic").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert_eq!(error.take::<u64>(), Some(64), "the part comes back");
    soon(ctx.stop()).await
}

#[tokio::test]
async fn a_part_that_panics_when_it_is_dropped_ends_nobody() -> Result<()> {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                panic!("dropped");
            }
        }
    }
    impl ockam::Message for Bomb {}
    struct Bombs;
    impl Worker for Bombs {
        type Message = ();
        type Context = Context;

        async fn handle_message(&mut self, ctx: &mut Context, (): ()) -> Result<()> {
            ctx.reply_stream(tokio_stream::once(Bomb)).await
        }
    }
    let ctx = NodeBuilder::new().start().await?;
    let bombs = ctx.start_worker("bombs", Bombs).await?;
    for _ in 0..2 {
        let streaming = bombs.ask_stream::<Bomb>(()).await?;
        // The part may have come, or not.
        tokio::task::yield_now().await;
        drop(streaming);
    }
    bombs.stop().await?;
    soon(ctx.stop()).await
}
