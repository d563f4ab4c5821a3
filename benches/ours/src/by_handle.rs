use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use harness::{Echo, Framework, Idler, Payload, Station, Threads};
use ockam::{Context, Result, Worker, WorkerHandle, async_worker};

use crate::node::{self, Echoer, Resting};

/// Everything is sent with the typed handle that the start of a worker returned.
pub(crate) struct ByHandle {
    ctx: Arc<Context>,
}

struct Post<M> {
    station: Station<WorkerHandle<M>>,
}

#[async_worker]
impl<M: Payload> Worker for Post<M> {
    type Message = M;

    async fn initialize(&mut self, _: &mut Context) -> Result<()> {
        self.station.initialized();
        Ok(())
    }

    async fn handle_message(&mut self, _: &mut Context, msg: M) -> Result<()> {
        if let Some((next, msg)) = self.station.take(msg) {
            next.send(msg).await?;
        }
        Ok(())
    }
}

impl Framework for ByHandle {
    type Tell<M: Payload> = WorkerHandle<M>;
    type Ask<M: Payload> = WorkerHandle<M>;
    type Idle = WorkerHandle<u64>;
    type Client = ();

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        node::run(threads, |ctx| Self { ctx }, main);
    }

    fn client(&self, _: &str) {}

    async fn start_station<M: Payload>(
        &self,
        name: &str,
        station: Station<WorkerHandle<M>>,
    ) -> WorkerHandle<M> {
        let started = self.ctx.start_worker(name, Post { station }).await;
        started.expect("the worker starts")
    }

    async fn start_echo<M: Payload>(&self, name: &str, echo: Echo) -> WorkerHandle<M> {
        let question = PhantomData;
        let started = self.ctx.start_worker(name, Echoer { echo, question }).await;
        started.expect("the worker starts")
    }

    async fn start_idle(&self, name: &str, idler: Idler) -> WorkerHandle<u64> {
        let started = self.ctx.start_worker(name, Resting(idler)).await;
        started.expect("the worker starts")
    }

    async fn tell_idle(_: &(), to: &WorkerHandle<u64>, number: u64) {
        to.send(number).await.expect("the worker takes it");
    }

    async fn stop(&self, worker: WorkerHandle<u64>) {
        worker.stop().await.expect("the worker stops");
    }

    async fn tell<M: Payload>(_: &(), to: &WorkerHandle<M>, message: M) {
        to.send(message).await.expect("the worker takes it");
    }

    async fn ask<M: Payload>(_: &(), to: &WorkerHandle<M>, question: M) -> M {
        to.ask(question).await.expect("the worker answers")
    }
}
