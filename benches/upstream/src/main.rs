//! Upstream ockam, whose mailboxes hold 8 messages.

mod tcp;

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use harness::{Framework, Payload, Threads};
use ockam::{
    Address, Context, Decodable, Encodable, Encoded, Error, Message, NodeBuilder, Result, Routed,
    Worker, deserialize, serialize, worker,
};
use ockam_core::{AllowAll, DenyAll};
use tokio::runtime::Builder;

struct Upstream {
    ctx: Context,
}

/// A payload as upstream wants it.
struct Body<M>(M);

impl<M: Payload> Encodable for Body<M> {
    fn encode(self) -> Result<Encoded> {
        serialize(self.0)
    }
}

impl<M: Payload> Decodable for Body<M> {
    fn decode(encoded: &[u8]) -> Result<Self> {
        deserialize(encoded).map(Self)
    }
}

impl<M: Payload> Message for Body<M> {}

struct Station<M> {
    station: harness::Station<Address>,
    message: PhantomData<M>,
}

#[worker]
impl<M: Payload> Worker for Station<M> {
    type Message = Body<M>;
    type Context = Context;

    async fn initialize(&mut self, _: &mut Context) -> Result<()> {
        self.station.initialized();
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Body<M>>) -> Result<()> {
        if let Some((next, message)) = self.station.take(msg.into_body()?.0) {
            ctx.send(next.clone(), Body(message)).await?;
        }
        Ok(())
    }
}

struct Echo<M> {
    echo: harness::Echo,
    question: PhantomData<M>,
}

#[worker]
impl<M: Payload> Worker for Echo<M> {
    type Message = Body<M>;
    type Context = Context;

    async fn initialize(&mut self, _: &mut Context) -> Result<()> {
        self.echo.initialized();
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<Body<M>>) -> Result<()> {
        let asker = msg.return_route().clone();
        let answer = self.echo.answer(msg.into_body()?.0);
        ctx.send(asker, Body(answer)).await
    }
}

struct Idler(harness::Idler);

#[worker]
impl Worker for Idler {
    type Message = Body<u64>;
    type Context = Context;

    async fn initialize(&mut self, _: &mut Context) -> Result<()> {
        self.0.initialized();
        Ok(())
    }

    async fn handle_message(&mut self, _: &mut Context, msg: Routed<Body<u64>>) -> Result<()> {
        self.0.count(msg.into_body()?.0);
        Ok(())
    }
}

impl Framework for Upstream {
    type Tell<M: Payload> = Address;
    type Ask<M: Payload> = Address;
    type Idle = Address;
    type Client = Context;

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        run(threads, |ctx| Ok(Self { ctx }), main);
    }

    fn client(&self, name: &str) -> Context {
        self.ctx
            .new_detached(name, DenyAll, AllowAll)
            .expect("the address is free")
    }

    async fn start_station<M: Payload>(
        &self,
        name: &str,
        station: harness::Station<Address>,
    ) -> Address {
        let message = PhantomData::<M>;
        let started = self.ctx.start_worker(name, Station { station, message });
        started.expect("the worker starts");
        name.into()
    }

    async fn start_echo<M: Payload>(&self, name: &str, echo: harness::Echo) -> Address {
        let question = PhantomData::<M>;
        let started = self.ctx.start_worker(name, Echo { echo, question });
        started.expect("the worker starts");
        name.into()
    }

    async fn start_idle(&self, name: &str, idler: harness::Idler) -> Address {
        self.ctx
            .start_worker(name, Idler(idler))
            .expect("the worker starts");
        name.into()
    }

    async fn tell_idle(ctx: &Context, to: &Address, number: u64) {
        Self::tell(ctx, to, number).await;
    }

    async fn stop(&self, worker: Address) {
        self.ctx.stop_address(&worker).expect("the worker stops");
    }

    async fn tell<M: Payload>(ctx: &Context, to: &Address, message: M) {
        let sent = ctx.send(to.clone(), Body(message)).await;
        sent.expect("the worker takes it");
    }

    async fn ask<M: Payload>(ctx: &Context, to: &Address, question: M) -> M {
        let answer: Result<Body<M>, Error> = ctx.send_and_receive(to.clone(), Body(question)).await;
        answer.expect("the worker answers").0
    }
}

/// Runs a node and, as a task of its runtime, `main`. Then stops the node.
fn run<T, F, Fut>(
    threads: Threads,
    make: impl FnOnce(Context) -> Result<T> + Send + 'static,
    main: F,
) where
    T: AsRef<Context> + Send + Sync + 'static,
    F: FnOnce(Arc<T>) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let mut builder = match threads {
        Threads::Current => Builder::new_current_thread(),
        Threads::Two => Builder::new_multi_thread(),
    };
    let runtime = builder.worker_threads(2).enable_all().build();
    let runtime = Arc::new(runtime.expect("the system has threads for a runtime"));
    let node = NodeBuilder::new().no_logging().with_runtime(runtime);
    let (ctx, mut executor) = node.build();
    let executed = executor.execute(async move {
        let made = Arc::new(make(ctx)?);
        tokio::spawn(main(made.clone()))
            .await
            .expect("the workload ends well");
        (*made).as_ref().shutdown_node().await
    });
    executed.expect("the node runs").expect("the node stops");
}

impl AsRef<Context> for Upstream {
    fn as_ref(&self) -> &Context {
        &self.ctx
    }
}

fn main() {
    match harness::variant().as_deref() {
        None => harness::main::<Upstream>(),
        Some("tcp") => harness::tcp::main::<tcp::Tcp>(),
        Some(other) => panic!("there is no variant {other}"),
    }
}
