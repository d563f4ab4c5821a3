//! Peers that say what no node of this framework says.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ockam::{Connection, Context, ErrorKind, NodeBuilder, Result, Streaming, TcpTransport, route};
use ockam_contract::eventually::eventually;
use ockam_contract::pace::soon;
use ockam_contract::raw::Raw;
use ockam_transport::{Extension, Grant, TransportMessage};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_stream::{Stream, StreamExt, iter};

use super::dropped::watched;
use super::{next, with};

/// A node of this framework that has asked a raw peer for an answer that goes on.
struct Asked {
    client: Context,
    raw: Raw,
    streaming: Streaming<u64>,
    asker: ockam::Route,
    _connection: Connection,
}

impl Asked {
    async fn new() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let client = NodeBuilder::new().start().await?;
        let to = listener.local_addr()?.to_string();
        let tcp = TcpTransport::new(&client)?;
        let (connection, mut raw) = tokio::join!(tcp.connect(&to), Raw::accept_ours(&listener));
        let connection = connection?;
        let asking = client.ask_stream::<u64>(route![&connection, "streams"], 7_u64);
        let (streaming, asker) = tokio::join!(asking, async {
            let question = raw.next().await.expect("a question");
            let asker = question.return_route.clone();
            raw.send(&TransportMessage {
                onward: asker.clone(),
                extension: Some(Extension {
                    type_name: Some("ockam::stream"),
                    ..Extension::default()
                }),
                ..TransportMessage::default()
            })
            .await;
            asker
        });
        Ok(Self {
            client,
            raw,
            streaming: streaming?,
            asker,
            _connection: connection,
        })
    }

    async fn say(&mut self, payload: &[u8], extension: Extension<'_>) {
        self.raw
            .send(&TransportMessage {
                onward: self.asker.clone(),
                payload,
                extension: Some(extension),
                ..TransportMessage::default()
            })
            .await;
    }

    async fn part(&mut self, number: u64) {
        let part = Some(number);
        let extension = Extension {
            part,
            ..Extension::default()
        };
        self.say(&number.to_le_bytes(), extension).await;
    }

    /// Sends so many parts in one frame.
    async fn bundle(&mut self, first: u64, parts: u64, payload: &[u8]) {
        let extension = Extension {
            part: Some(first),
            bundled: Some(parts),
            ..Extension::default()
        };
        self.say(payload, extension).await;
    }

    async fn end(&mut self, parts: u64) {
        let parts = Some(parts);
        let extension = Extension {
            parts,
            ..Extension::default()
        };
        self.say(b"", extension).await;
    }

    async fn stop(self) -> Result<()> {
        // The node waits for a peer that is there.
        drop(self.raw);
        soon(self.client.stop()).await
    }

    /// Reads all parts. Returns their number, and the kind of the error at the end.
    async fn read(&mut self) -> (u64, Option<ErrorKind>) {
        let mut parts = 0;
        loop {
            match next(&mut self.streaming).await {
                Some(Ok(_)) => parts += 1,
                Some(Err(error)) => return (parts, Some(error.kind())),
                None => return (parts, None),
            }
        }
    }
}

#[tokio::test]
async fn a_peer_that_sends_more_than_it_was_granted_is_given_up() -> Result<()> {
    let mut asked = Asked::new().await?;
    for number in 1..=1_000 {
        asked.part(number).await;
    }
    // The credit is 256 parts. Nobody has read one when they have come, and what is behind them is refused.
    asked.raw.ask(route!["nobody"], route!["raw"], b"").await;
    asked.raw.next().await.expect("a report");
    assert_eq!(asked.read().await, (256, Some(ErrorKind::Other)));
    asked.end(1_000).await;
    asked.stop().await
}

#[tokio::test]
async fn parts_that_are_missing_or_come_twice_end_the_answer() -> Result<()> {
    for numbers in [vec![2], vec![1, 1], vec![1, 3], vec![1, 0], vec![u64::MAX]] {
        let mut asked = Asked::new().await?;
        let wrong = numbers.len() as u64 - 1;
        for number in numbers {
            asked.part(number).await;
        }
        assert_eq!(asked.read().await, (wrong, Some(ErrorKind::Other)));
        asked.stop().await?;
    }
    let mut asked = Asked::new().await?;
    asked.part(1).await;
    asked.end(2).await;
    assert_eq!(asked.read().await, (1, Some(ErrorKind::Other)));
    asked.stop().await
}

/// The payload of a frame with so many parts.
fn bundled(parts: u64) -> Vec<u8> {
    let parts =
        (1..=parts).map(|number| [&8_u32.to_le_bytes()[..], &number.to_le_bytes()].concat());
    parts.collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn a_frame_with_several_parts_holds_what_it_says() -> Result<()> {
    let mut asked = Asked::new().await?;
    asked.bundle(1, 3, &bundled(3)).await;
    asked.part(4).await;
    asked.end(4).await;
    assert_eq!(asked.read().await, (4, None));
    asked.stop().await?;
    for (first, parts, payload) in [
        (1, 0, vec![]),
        (1, 1, bundled(1)),
        (1, 2, bundled(3)),
        (1, 4, bundled(3)),
        (1, u64::MAX, bundled(3)),
        (1, 3, vec![0xff; 36]),
        (2, 3, bundled(3)),
        (1, 257, bundled(257)),
    ] {
        let mut asked = Asked::new().await?;
        asked.bundle(first, parts, &payload).await;
        assert_eq!(
            asked.read().await,
            (0, Some(ErrorKind::Other)),
            "{first} {parts}"
        );
        asked.stop().await?;
    }
    // The credit is 256 parts.
    let mut asked = Asked::new().await?;
    asked.bundle(1, 200, &bundled(200)).await;
    asked.bundle(201, 57, &bundled(57)).await;
    // Nobody has read one when they have come.
    asked.raw.ask(route!["nobody"], route!["raw"], b"").await;
    asked.raw.next().await.expect("a report");
    assert_eq!(asked.read().await, (200, Some(ErrorKind::Other)));
    asked.stop().await
}

#[tokio::test]
async fn what_comes_behind_the_end_changes_nothing() -> Result<()> {
    let mut asked = Asked::new().await?;
    asked.part(1).await;
    asked.end(1).await;
    asked.end(1).await;
    asked.part(2).await;
    asked.end(2).await;
    assert_eq!(asked.read().await, (1, None));
    assert!(next(&mut asked.streaming).await.is_none());
    asked.stop().await
}

/// Counts a stream as long as it is there.
fn counted_while_there<S: Stream<Item = u64>>(
    stream: S,
    there: &Arc<AtomicU64>,
) -> impl Stream<Item = u64> + use<S> {
    struct One(Arc<AtomicU64>);
    impl Drop for One {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
    }
    there.fetch_add(1, Ordering::Relaxed);
    let one = One(there.clone());
    stream.map(move |number| {
        let _one = &one;
        number
    })
}

/// Asks for an answer that goes on as a raw peer.
pub(super) async fn asks(raw: &mut Raw, asker: &str, parts: u64) {
    raw.ask(route!["streams"], route![asker], &parts.to_le_bytes())
        .await;
    let begin = raw.next().await.expect("an answer");
    assert_eq!(begin.onward, route![asker]);
}

pub(super) async fn grant(raw: &mut Raw, asker: &str, parts: u32, bytes: u64) {
    let to = asker.into();
    raw.send(&TransportMessage {
        extension: Some(Extension {
            part_grants: vec![Grant {
                to,
                messages: parts,
                bytes,
            }],
            ..Extension::default()
        }),
        ..TransportMessage::default()
    })
    .await;
}

/// Waits for so many parts.
pub(super) async fn come(raw: &mut Raw, asker: &str, parts: u64) {
    let mut come = 0;
    while come < parts {
        let frame = raw.next().await.expect("a part");
        assert_eq!(frame.onward, route![asker]);
        assert!(frame.parts > 0, "{frame:?}");
        come += frame.parts;
    }
    assert_eq!(come, parts, "there is no credit for more");
}

#[tokio::test]
async fn a_peer_gets_as_many_parts_as_it_grants_and_none_before() -> Result<()> {
    let (there, dropped) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
    let (counted, told) = (there.clone(), dropped.clone());
    let server =
        with(move |parts| counted_while_there(watched(iter(0..parts), &told), &counted)).await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", "streams")
        .await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    // Answers that nobody grants anything for.
    for number in 0..200 {
        asks(&mut raw, &format!("silent-{number}"), u64::MAX).await;
    }
    asks(&mut raw, "asker", u64::MAX).await;
    for (parts, bytes, sent) in [(3, 1_000, 3), (10, 8, 10)] {
        grant(&mut raw, "asker", parts, bytes).await;
        come(&mut raw, "asker", sent).await;
    }
    // Bytes are what is left last: one part may exceed them.
    grant(&mut raw, "asker", u32::MAX, 0).await;
    grant(&mut raw, "nobody", u32::MAX, u64::MAX).await;
    grant(&mut raw, "asker", 0, 0).await;
    soon(dropped.notified()).await;
    drop(raw);
    eventually("all streams are dropped", || {
        there.load(Ordering::Relaxed) == 0
    })
    .await;
    soon(server.stop()).await
}

#[tokio::test]
async fn ten_thousand_answers_that_nobody_reads_leave_room_for_one_that_is_read() -> Result<()> {
    const UNREAD: u64 = 10_000;
    // What the reader's node grants, to the first 64 and to the others, and what is ready before there is credit.
    const MOST_PARTS: u64 = 64 * (256 + 128) + UNREAD * (4 + 8);
    let made = Arc::new(AtomicU64::new(0));
    let counted = made.clone();
    let server = with(move |parts| {
        let counted = counted.clone();
        iter(0..parts).map(move |number| {
            counted.fetch_add(1, Ordering::Relaxed);
            number
        })
    })
    .await?;
    let listener = TcpTransport::new(&server)?
        .listen("127.0.0.1:0", "streams")
        .await?;
    let client = NodeBuilder::new().start().await?;
    let to = listener.local_address().to_string();
    let connection = TcpTransport::new(&client)?.connect(&to).await?;
    let streams = route![&connection, "streams"];
    let mut unread = Vec::new();
    for _ in 0..UNREAD {
        unread.push(client.ask_stream::<u64>(&streams, u64::MAX).await?);
    }
    let read = client.ask_stream::<u64>(&streams, 1_000_u64).await?;
    assert_eq!(soon(read.collect::<Result<Vec<_>>>()).await?.len(), 1_000);
    let made = made.load(Ordering::Relaxed) - 1_000;
    assert!((UNREAD..=MOST_PARTS).contains(&made), "{made}");
    for streaming in unread.iter_mut().take(100) {
        assert_eq!(next(streaming).await.transpose()?, Some(0));
    }
    drop(unread);
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn a_node_of_upstream_is_told_apart() -> Result<()> {
    let server = with(|parts| iter(0..parts)).await?;
    let tcp = TcpTransport::new(&server)?;
    let listener = tcp.listen("127.0.0.1:0", "streams").await?;
    // It can't ask, so that there is nobody who could be answered.
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.tell(route!["streams"], route!["raw"], &7_u64.to_le_bytes())
        .await;
    let older = TcpListener::bind("127.0.0.1:0").await?;
    let to = older.local_addr()?.to_string();
    let (connection, _raw) = tokio::join!(tcp.connect(&to), Raw::accept_version(&older, 4));
    let connection = connection?;
    let asked = server
        .ask_stream::<u64>(route![&connection, "streams"], 7_u64)
        .await;
    let error = asked.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(
        error.to_string().contains("knows no answers that go on"),
        "{error}"
    );
    soon(server.stop()).await
}
