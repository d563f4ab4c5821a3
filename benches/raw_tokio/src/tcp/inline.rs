use std::future::Future;
use std::sync::Arc;

use harness::Threads;
use harness::tcp::{Count, Remote};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::frames::{BUFFER, Frames, append};
use super::{ASK, COUNTED, TELL, connect, listen};

/// One task at each end, which reads, works and writes. What is told goes out in batches, or with one
/// write for each.
pub(crate) struct Inline<const BATCHES: bool>;

pub(crate) struct Connection {
    frames: Frames<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    buffer: Vec<u8>,
}

impl Connection {
    fn new(stream: TcpStream) -> Self {
        let (reader, writer) = stream.into_split();
        Self {
            frames: Frames::new(reader),
            writer,
            buffer: Vec::with_capacity(BUFFER),
        }
    }

    async fn flush(&mut self) {
        let written = self.writer.write_all(&self.buffer).await;
        written.expect("the peer is there");
        self.buffer.clear();
    }

    async fn serve(mut self) {
        let mut count = Count::default();
        while let Some((kind, body)) = self.frames.next().await {
            match (kind, body) {
                (ASK, body) => append(&mut self.buffer, ASK, body),
                (_, body) => {
                    if let Some(counted) = count.take(body) {
                        append(&mut self.buffer, COUNTED, &counted.to_le_bytes());
                    }
                }
            }
            if !self.buffer.is_empty() && !self.frames.has_next() {
                self.flush().await;
            }
        }
    }
}

impl<const BATCHES: bool> Remote for Inline<BATCHES> {
    type Connection = Connection;

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        harness::run_on_tokio(threads, || main(Arc::new(Self)));
    }

    async fn serve(&self) -> String {
        listen(|stream| {
            tokio::spawn(Connection::new(stream).serve());
        })
        .await
    }

    async fn connect(&self, address: &str, _: &str) -> Connection {
        Connection::new(connect(address).await)
    }

    async fn ask(connection: &mut Connection, question: &[u8]) -> Vec<u8> {
        append(&mut connection.buffer, ASK, question);
        connection.flush().await;
        let answer = connection.frames.next().await;
        answer.expect("the server answers").1.to_vec()
    }

    async fn tell(connection: &mut Connection, message: &[u8]) {
        append(&mut connection.buffer, TELL, message);
        if !BATCHES || connection.buffer.len() >= BUFFER {
            connection.flush().await;
        }
    }

    async fn counted(connection: &mut Connection) -> u64 {
        connection.flush().await;
        let (_, counted) = connection.frames.next().await.expect("the server counts");
        u64::from_le_bytes(counted.try_into().expect("it is a number"))
    }
}
