//! A peer that uses the wire format but is not a node. It can send what no node would send.

use std::time::Duration;

use ockam::{ErrorKind, Route};
use ockam_transport::frame::{self, Decoder, Event, VERSION};
use ockam_transport::message::{Cancelled, Monitored, Monitoring};
use ockam_transport::{Extension, Failure, TransportMessage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::pace::soon;

/// A connection to a node that speaks only as it is told.
#[derive(Debug)]
pub struct Raw {
    stream: TcpStream,
    decoder: Decoder,
}

/// A received message.
#[derive(Debug)]
pub struct Seen {
    /// The addresses that it has still to visit.
    pub onward: Route,
    /// The route for an answer.
    pub return_route: Route,
    /// The body.
    pub payload: Vec<u8>,
    /// The kind of the failure that it reports, and its names.
    pub failure: Option<(ErrorKind, Vec<String>)>,
    /// Whether it has an extension.
    pub has_extension: bool,
    /// The version of the extension.
    pub version: Option<u64>,
    /// The number of messages that the node acknowledges.
    pub acknowledged: Option<u64>,
    /// How many parts of an answer that goes on it holds.
    pub parts: u64,
    /// Why nobody waits any more for the answer to a question.
    pub cancelled: Option<Cancelled>,
    /// What has become of a worker that is monitored.
    pub monitored: Option<Monitored>,
    /// Which worker the node monitors.
    pub monitoring: Option<Monitoring>,
}

impl Raw {
    fn new(stream: TcpStream) -> Self {
        let decoder = Decoder::new();
        Self { stream, decoder }
    }

    /// Connects and sends nothing.
    pub async fn silent(address: &str) -> Self {
        let stream = soon(TcpStream::connect(address)).await;
        Self::new(stream.expect("somebody listens"))
    }

    /// Connects and greets as a node of upstream does.
    pub async fn upstream(address: &str) -> Self {
        let mut raw = Self::silent(address).await;
        raw.write(&[VERSION]).await;
        raw
    }

    /// Connects and greets as a node of this framework does.
    pub async fn ours(address: &str) -> Self {
        let mut raw = Self::upstream(address).await;
        raw.sign_of_life().await;
        raw
    }

    /// Accepts a node that connects.
    pub async fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = soon(listener.accept()).await.expect("a node connects");
        Self::new(stream)
    }

    /// Accepts a node that connects, and greets as a node of this framework does.
    pub async fn accept_ours(listener: &TcpListener) -> Self {
        let mut raw = Self::accept(listener).await;
        raw.write(&[VERSION]).await;
        raw.sign_of_life().await;
        raw
    }

    /// Sends a heartbeat, which is also the greeting of a node of this framework.
    pub async fn sign_of_life(&mut self) {
        self.send(&TransportMessage {
            extension: Some(Extension::default()),
            ..TransportMessage::default()
        })
        .await;
    }

    /// Accepts a node that connects, and greets as a node that speaks a version of the extension.
    pub async fn accept_version(listener: &TcpListener, version: u64) -> Self {
        let mut raw = Self::accept(listener).await;
        raw.write(&[VERSION]).await;
        let extension = Some(Extension {
            version,
            ..Extension::default()
        });
        raw.send(&TransportMessage {
            extension,
            ..TransportMessage::default()
        })
        .await;
        raw
    }

    /// Acknowledges messages: sends the number of messages that were taken in.
    pub async fn acknowledge(&mut self, count: u64) {
        self.write(&acknowledgement(count)).await;
    }

    /// Reports that a message was not delivered because its address leads nowhere.
    pub async fn report(&mut self, onward: Route, acknowledged: Option<u64>) {
        self.send(&TransportMessage {
            onward,
            extension: Some(Extension {
                failure: Some(Failure {
                    kind: ErrorKind::UnknownAddress,
                    id: 0,
                    names: vec!["0#nobody"],
                }),
                acknowledged,
                ..Extension::default()
            }),
            ..TransportMessage::default()
        })
        .await;
    }

    /// Writes bytes.
    ///
    /// # Panics
    ///
    /// Panics if the node has closed the connection, or doesn't read for long.
    pub async fn write(&mut self, bytes: &[u8]) {
        let written = soon(self.stream.write_all(bytes)).await;
        written.expect("the node reads");
    }

    /// Sends a message.
    pub async fn send(&mut self, message: &TransportMessage<'_>) {
        self.write(&framed(message)).await;
    }

    /// Sends a message without an extension.
    pub async fn tell(&mut self, onward: Route, return_route: Route, payload: &[u8]) {
        self.send(&TransportMessage {
            onward,
            return_route,
            payload,
            ..TransportMessage::default()
        })
        .await;
    }

    /// Sends a question with a long deadline.
    pub async fn ask(&mut self, onward: Route, return_route: Route, payload: &[u8]) {
        self.send(&TransportMessage {
            onward,
            return_route,
            payload,
            extension: Some(Extension {
                deadline: Some(Duration::from_secs(300)),
                ..Extension::default()
            }),
            ..TransportMessage::default()
        })
        .await;
    }

    /// Writes bytes. The node may have closed the connection.
    pub async fn write_if_open(&mut self, bytes: &[u8]) {
        let _ = soon(self.stream.write_all(bytes)).await;
    }

    /// Writes `bytes` again and again and reads nothing, until the node takes nothing for a moment, has
    /// closed the connection, or `most` bytes have been written. Returns how many.
    pub async fn flood(&mut self, bytes: &[u8], most: usize) -> usize {
        /// A node that reads takes bytes more often than this.
        const MOMENT: Duration = Duration::from_millis(500);
        let mut written = 0;
        while written < most {
            // A frame may be cut off at the end, which is the last thing that this peer says.
            let rest = &bytes[written % bytes.len()..];
            match timeout(MOMENT, self.stream.write(rest)).await {
                Ok(Ok(count)) => written += count,
                Ok(Err(_)) | Err(_) => break,
            }
        }
        written
    }

    /// Ends the sending half of the stream.
    pub async fn finish(&mut self) {
        let finished = soon(self.stream.shutdown()).await;
        finished.expect("the stream is open");
    }

    /// Returns the address of this peer as the node sees it.
    pub fn address(&self) -> String {
        let address = self.stream.local_addr();
        address.expect("the stream is connected").to_string()
    }

    /// Waits for the next message that is not for the peer itself. Returns `None` if the node closes
    /// the connection.
    pub async fn next(&mut self) -> Option<Seen> {
        loop {
            let seen = self.next_frame().await?;
            if !seen.onward.is_empty() {
                return Some(seen);
            }
        }
    }

    /// Waits for the next frame, which has to be for the peer itself.
    pub async fn next_sign_of_life(&mut self) {
        let seen = self.next_frame().await.expect("the connection goes on");
        assert!(seen.onward.is_empty(), "{seen:?}");
    }

    /// Waits for the next acknowledgement, alone or with a report. Other messages are skipped.
    pub async fn next_acknowledgement(&mut self) -> u64 {
        loop {
            let seen = self.next_frame().await.expect("the connection goes on");
            if let Some(count) = seen.acknowledged {
                assert!(seen.onward.is_empty() || seen.failure.is_some(), "{seen:?}");
                return count;
            }
        }
    }

    /// Waits for the next message. Returns `None` if the node closes the connection.
    pub async fn next_frame(&mut self) -> Option<Seen> {
        loop {
            while let Some(event) = self.decoder.next_event().expect("a stream of frames") {
                let Event::Frame(frame) = event else { continue };
                let message = TransportMessage::decode(frame).expect("a message");
                return Some(Seen::from(message));
            }
            let mut bytes = [0; 4096];
            match soon(self.stream.read(&mut bytes)).await {
                Ok(0) | Err(_) => return None,
                Ok(read) => self.decoder.feed(&bytes[..read]),
            }
        }
    }

    /// Waits until the node has closed the connection, without a message.
    pub async fn closed(&mut self) {
        let seen = self.next().await;
        assert!(seen.is_none(), "{seen:?}");
    }

    /// Asks the worker `echoer`. Checks that the connection works and that no other message has come.
    pub async fn echo(&mut self) {
        let (onward, back) = (ockam::route!["echoer"], ockam::route!["raw"]);
        self.tell(onward, back, &text("still there?")).await;
        let seen = self.next().await.expect("the connection goes on");
        assert_eq!(seen.onward, ockam::route!["raw"], "{seen:?}");
        assert_eq!(seen.payload, text("still there?"));
    }
}

impl From<TransportMessage<'_>> for Seen {
    fn from(message: TransportMessage<'_>) -> Self {
        let has_extension = message.extension.is_some();
        let version = message
            .extension
            .as_ref()
            .map(|extension| extension.version);
        let extension = message.extension.unwrap_or_default();
        let failure = extension.failure;
        Self {
            has_extension,
            version,
            acknowledged: extension.acknowledged,
            cancelled: extension.cancelled,
            monitored: extension.monitored.map(|it| *it),
            monitoring: extension.monitoring.map(|it| *it),
            parts: extension.part.map_or(0, |_| extension.bundled.unwrap_or(1)),
            onward: message.onward,
            return_route: message.return_route,
            payload: message.payload.to_vec(),
            failure: failure.map(|failure| {
                let names = failure.names.iter().map(ToString::to_string);
                (failure.kind, names.collect())
            }),
        }
    }
}

/// Returns the frame of a message.
pub fn framed(message: &TransportMessage<'_>) -> Vec<u8> {
    let mut frame = Vec::new();
    let framed = frame::append::<ockam::Error>(&mut frame, |frame| Ok(message.encode(frame)?));
    framed.expect("the message is within all limits");
    frame
}

/// Returns the frame of an acknowledgement.
pub fn acknowledgement(count: u64) -> Vec<u8> {
    framed(&TransportMessage {
        extension: Some(Extension {
            acknowledged: Some(count),
            ..Extension::default()
        }),
        ..TransportMessage::default()
    })
}

/// Returns a short text as the body of a message.
pub fn text(text: &str) -> Vec<u8> {
    let mut body = vec![u8::try_from(text.len()).expect("a short text")];
    body.extend_from_slice(text.as_bytes());
    body
}
