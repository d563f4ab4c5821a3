use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use harness::{Echo, Framework, Idler, Payload, Station, Threads};
use ockam::{Context, Result, Worker, async_worker};

use crate::node::{self, Echoer, Resting};

/// Everything is sent to the name of a worker, which is looked up each time.
pub(crate) struct ByAddress {
    ctx: Arc<Context>,
}

struct Post<M> {
    station: Station<Arc<str>>,
    message: PhantomData<M>,
}

#[async_worker]
impl<M: Payload> Worker for Post<M> {
    type Message = M;

    async fn initialize(&mut self, _: &mut Context) -> Result<()> {
        self.station.initialized();
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: M) -> Result<()> {
        if let Some((next, msg)) = self.station.take(msg) {
            ctx.send_message(&**next, msg).await?;
        }
        Ok(())
    }
}

impl Framework for ByAddress {
    type Tell<M: Payload> = Arc<str>;
    type Ask<M: Payload> = Arc<str>;
    type Idle = Arc<str>;
    type Client = Context;

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        node::run(threads, |ctx| Self { ctx }, main);
    }

    fn client(&self, name: &str) -> Context {
        self.ctx.open(name).expect("the address is free")
    }

    async fn start_station<M: Payload>(&self, name: &str, station: Station<Arc<str>>) -> Arc<str> {
        let message = PhantomData::<M>;
        let started = self.ctx.start_worker(name, Post { station, message }).await;
        started.expect("the worker starts");
        name.into()
    }

    async fn start_echo<M: Payload>(&self, name: &str, echo: Echo) -> Arc<str> {
        let question = PhantomData::<M>;
        let started = self.ctx.start_worker(name, Echoer { echo, question }).await;
        started.expect("the worker starts");
        name.into()
    }

    async fn start_idle(&self, name: &str, idler: Idler) -> Arc<str> {
        let started = self.ctx.start_worker(name, Resting(idler)).await;
        started.expect("the worker starts");
        name.into()
    }

    async fn tell_idle(ctx: &Context, to: &Arc<str>, number: u64) {
        let sent = ctx.send_message(&**to, number).await;
        sent.expect("the worker takes it");
    }

    async fn stop(&self, worker: Arc<str>) {
        let stopped = self.ctx.stop_worker(&*worker).await;
        stopped.expect("the worker stops");
    }

    async fn tell<M: Payload>(ctx: &Context, to: &Arc<str>, message: M) {
        let sent = ctx.send_message(&**to, message).await;
        sent.expect("the worker takes it");
    }

    async fn ask<M: Payload>(ctx: &Context, to: &Arc<str>, question: M) -> M {
        let answer = ctx.ask(&**to, question).await;
        answer.expect("the worker answers")
    }
}
