//! Ends that meet a beginning, and ends on every hop.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::time::Duration;

use ockam::{NodeBuilder, Result, Route, Streaming, TcpTransport, route};
use ockam_contract::pace::soon;
use ockam_contract::raw::Raw;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_stream::{StreamExt, iter, pending};

use super::dropped::watched;
use super::hostile::{asks, come, grant};
use super::with;

type Ask = Pin<Box<dyn Future<Output = Result<Streaming<u64>>> + Send>>;

/// Takes an answer in the wake-up that tells of it, and drops it there: before whoever has woken goes on.
#[derive(Default)]
struct DropsAtOnce {
    ask: Mutex<Option<Ask>>,
    has_dropped: AtomicBool,
}

impl Wake for DropsAtOnce {
    fn wake(self: Arc<Self>) {
        let Some(mut ask) = self.ask.lock().expect("nobody panics").take() else {
            return;
        };
        match ask
            .as_mut()
            .poll(&mut TaskContext::from_waker(Waker::noop()))
        {
            Poll::Ready(answer) => {
                drop(answer.expect("it is answered"));
                self.has_dropped.store(true, Ordering::SeqCst);
            }
            Poll::Pending => *self.ask.lock().expect("nobody panics") = Some(ask),
        }
    }
}

#[tokio::test]
async fn a_reader_that_goes_while_it_is_made_drops_the_stream_on_the_other_node() -> Result<()> {
    let dropped = Arc::new(Notify::new());
    let told = dropped.clone();
    let server = with(move |_| watched(iter(0..).chain(pending()), &told)).await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", "streams")
        .await?;
    let client = NodeBuilder::new().start().await?;
    let connection = TcpTransport::new(&client)?
        .connect(listener.local_address())
        .await?;
    let (sender, way) = (client.sender(), route![&connection, "streams"]);

    let reader = Arc::new(DropsAtOnce::default());
    let mut ask: Ask = Box::pin(async move { sender.ask_stream::<u64>(way, 0_u64).await });
    let waker = Waker::from(reader.clone());
    // It is left here only when it waits for the answer, which can't have come yet: this thread runs the node.
    assert!(
        ask.as_mut()
            .poll(&mut TaskContext::from_waker(&waker))
            .is_pending()
    );
    *reader.ask.lock().expect("nobody panics") = Some(ask);

    soon(dropped.notified()).await;
    assert!(reader.has_dropped.load(Ordering::SeqCst));
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn the_end_of_an_empty_answer_waits_for_credit_as_parts_do() -> Result<()> {
    let server = with(|parts| iter(0..parts)).await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", "streams")
        .await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    asks(&mut raw, "asker", 0).await;
    // A node in the middle may still pass the beginning on, so the end must not overtake it.
    raw.ask(route!["nobody"], route!["raw"], b"").await;
    let report = raw.next().await.expect("a report");
    assert_eq!(report.onward, route!["raw"]);
    grant(&mut raw, "asker", 1, 1).await;
    let end = raw.next().await.expect("the end");
    assert_eq!(end.onward, route!["asker"]);
    drop(raw);
    soon(server.stop()).await
}

/// Three nodes in a row. The last one is a raw peer, which asks the first one over that in the middle.
#[tokio::test]
async fn a_client_that_vanishes_ends_the_stream_on_every_hop() -> Result<()> {
    let dropped = Arc::new(Notify::new());
    let told = dropped.clone();
    let far = with(move |_| watched(iter(0..), &told)).await?;
    let far_listener = TcpTransport::new(&far)?
        .listen("127.0.0.1:0", "streams")
        .await?;
    let middle = NodeBuilder::new().start().await?;
    let tcp = TcpTransport::new(&middle)?;
    let onward = tcp.connect(far_listener.local_address()).await?;
    let listener = tcp.listen("127.0.0.1:0", onward.address().clone()).await?;
    let streams: Route = route![onward.address().clone(), "streams"];
    for granted in [0, 1, 100] {
        let mut raw = Raw::ours(listener.local_address()).await;
        raw.ask(streams.clone(), route!["asker"], &7_u64.to_le_bytes())
            .await;
        let begin = raw.next().await.expect("an answer");
        assert_eq!(begin.onward, route!["asker"]);
        if granted > 0 {
            grant(&mut raw, "asker", granted, u64::MAX).await;
        }
        come(&mut raw, "asker", granted.into()).await;
        // Its stream ends without a word.
        drop(raw);
        let within = timeout(Duration::from_secs(1), dropped.notified());
        within.await.expect("it is dropped within a second");
    }
    soon(middle.stop()).await?;
    soon(far.stop()).await
}
