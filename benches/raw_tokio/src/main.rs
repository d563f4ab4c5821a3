//! The baseline: a bounded tokio channel and a task for each worker, as one would write it by hand.
//! Between processes, sockets in the place of the channels.

mod tcp;

use std::future::Future;
use std::sync::Arc;

use harness::{CAPACITY, Echo, Framework, Idler, Payload, Station, Threads};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

struct RawTokio;

/// A question and the way back.
type Question<M> = (M, oneshot::Sender<M>);

impl Framework for RawTokio {
    type Tell<M: Payload> = mpsc::Sender<M>;
    type Ask<M: Payload> = mpsc::Sender<Question<M>>;
    type Idle = (mpsc::Sender<u64>, JoinHandle<()>);
    type Client = ();

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        harness::run_on_tokio(threads, || main(Arc::new(Self)));
    }

    fn client(&self, _: &str) {}

    async fn start_station<M: Payload>(
        &self,
        _: &str,
        mut station: Station<mpsc::Sender<M>>,
    ) -> mpsc::Sender<M> {
        let (sender, mut receiver) = mpsc::channel(CAPACITY);
        tokio::spawn(async move {
            station.initialized();
            while let Some(message) = receiver.recv().await {
                if let Some((next, message)) = station.take(message) {
                    next.send(message).await.expect("the ring is closed");
                }
            }
        });
        sender
    }

    async fn start_echo<M: Payload>(&self, _: &str, mut echo: Echo) -> mpsc::Sender<Question<M>> {
        let (sender, mut receiver) = mpsc::channel::<Question<M>>(CAPACITY);
        tokio::spawn(async move {
            echo.initialized();
            while let Some((question, answer)) = receiver.recv().await {
                assert!(
                    answer.send(echo.answer(question)).is_ok(),
                    "the asker waits"
                );
            }
        });
        sender
    }

    async fn start_idle(&self, _: &str, idler: Idler) -> Self::Idle {
        let (sender, mut receiver) = mpsc::channel(CAPACITY);
        let task = tokio::spawn(async move {
            idler.initialized();
            while let Some(number) = receiver.recv().await {
                idler.count(number);
            }
        });
        (sender, task)
    }

    async fn tell_idle(_: &(), (sender, _): &Self::Idle, number: u64) {
        sender.send(number).await.expect("the worker lives");
    }

    async fn stop(&self, (sender, task): Self::Idle) {
        drop(sender);
        task.await.expect("the worker ends well");
    }

    async fn tell<M: Payload>(_: &(), to: &mpsc::Sender<M>, message: M) {
        to.send(message).await.expect("the worker lives");
    }

    async fn ask<M: Payload>(_: &(), to: &mpsc::Sender<Question<M>>, question: M) -> M {
        let (sender, answer) = oneshot::channel();
        to.send((question, sender)).await.expect("the worker lives");
        answer.await.expect("the worker answers")
    }
}

fn main() {
    match harness::variant().as_deref() {
        None => harness::main::<RawTokio>(),
        Some("inline") => harness::tcp::main::<tcp::Inline<true>>(),
        Some("each") => harness::tcp::main::<tcp::Inline<false>>(),
        Some("tasks") => harness::tcp::main::<tcp::Tasks>(),
        Some(other) => panic!("there is no variant {other}"),
    }
}
