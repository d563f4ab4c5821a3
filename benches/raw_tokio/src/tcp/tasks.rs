use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};

use harness::tcp::{Count, Remote};
use harness::{CAPACITY, Threads};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, oneshot};

use super::frames::{Frames, append};
use super::{ASK, COUNTED, TELL, connect, listen};

/// A task that reads, one that works and one that writes at each end, with bounded channels between
/// them: what it takes for workers that share a connection and wait for nobody else's socket.
pub(crate) struct Tasks;

type Frame = (u8, Vec<u8>);

pub(crate) struct Connection {
    writer: mpsc::Sender<Frame>,
    asked: Arc<Mutex<VecDeque<oneshot::Sender<Vec<u8>>>>>,
    counted: mpsc::Receiver<u64>,
}

impl Connection {
    fn new(stream: TcpStream) -> Self {
        let (reader, writer) = split(stream);
        let asked = Arc::new(Mutex::new(VecDeque::<oneshot::Sender<Vec<u8>>>::new()));
        let (told, counted) = mpsc::channel(1);
        let askers = asked.clone();
        tokio::spawn(async move {
            let mut frames = Frames::new(reader);
            while let Some((kind, body)) = frames.next().await {
                if kind == COUNTED {
                    let counted = body.try_into().expect("it is a number");
                    let told = told.send(u64::from_le_bytes(counted)).await;
                    told.expect("somebody waits for it");
                    continue;
                }
                let asker = askers.lock().expect("nobody panics").pop_front();
                let asker = asker.expect("an answer follows a question");
                asker.send(body.to_vec()).expect("the asker waits");
            }
        });
        Self {
            writer,
            asked,
            counted,
        }
    }

    async fn send(&self, kind: u8, body: &[u8]) {
        let sent = self.writer.send((kind, body.to_vec())).await;
        sent.expect("the writer lives");
    }
}

/// Leaves writing to a task.
fn split(stream: TcpStream) -> (OwnedReadHalf, mpsc::Sender<Frame>) {
    let (reader, writer) = stream.into_split();
    let (sender, frames) = mpsc::channel(CAPACITY);
    tokio::spawn(write(writer, frames));
    (reader, sender)
}

async fn write(mut writer: OwnedWriteHalf, mut frames: mpsc::Receiver<Frame>) {
    let (mut batch, mut buffer) = (Vec::new(), Vec::new());
    while frames.recv_many(&mut batch, CAPACITY).await > 0 {
        for (kind, body) in batch.drain(..) {
            append(&mut buffer, kind, &body);
        }
        if writer.write_all(&buffer).await.is_err() {
            return;
        }
        buffer.clear();
    }
}

fn serve(stream: TcpStream) {
    let (reader, writer) = split(stream);
    let (worker, messages) = mpsc::channel(CAPACITY);
    tokio::spawn(async move {
        let mut frames = Frames::new(reader);
        while let Some((kind, body)) = frames.next().await {
            let sent = worker.send((kind, body.to_vec())).await;
            sent.expect("the worker lives");
        }
    });
    tokio::spawn(work(messages, writer));
}

async fn work(mut messages: mpsc::Receiver<Frame>, writer: mpsc::Sender<Frame>) {
    let mut count = Count::default();
    while let Some((kind, body)) = messages.recv().await {
        let answer = match kind {
            ASK => Some((ASK, body)),
            _ => count
                .take(&body)
                .map(|counted| (COUNTED, counted.to_le_bytes().to_vec())),
        };
        if let Some(answer) = answer {
            writer.send(answer).await.expect("the writer lives");
        }
    }
}

impl Remote for Tasks {
    type Connection = Connection;

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        harness::run_on_tokio(threads, || main(Arc::new(Self)));
    }

    async fn serve(&self) -> String {
        listen(serve).await
    }

    async fn connect(&self, address: &str, _: &str) -> Connection {
        Connection::new(connect(address).await)
    }

    async fn ask(connection: &mut Connection, question: &[u8]) -> Vec<u8> {
        let (asker, answer) = oneshot::channel();
        let asked = connection.asked.lock();
        asked.expect("nobody panics").push_back(asker);
        connection.send(ASK, question).await;
        answer.await.expect("the server answers")
    }

    async fn tell(connection: &mut Connection, message: &[u8]) {
        connection.send(TELL, message).await;
    }

    async fn counted(connection: &mut Connection) -> u64 {
        let counted = connection.counted.recv().await;
        counted.expect("the server counts")
    }
}
