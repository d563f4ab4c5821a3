//! actix, with bounded mailboxes. An actor runs on the thread of an arbiter: with two threads, all
//! workers live on one and all senders on the other.

use std::future::Future;
use std::sync::Arc;

use actix::dev::SendError;
use actix::{
    Actor, Addr, Arbiter, ArbiterHandle, Context, Handler, Message, MessageResult, System,
};
use harness::{CAPACITY, Framework, Payload, Threads};
use tokio::sync::oneshot;

struct Actix {
    workers: ArbiterHandle,
}

/// A message that is told.
#[derive(Message)]
#[rtype(result = "()")]
struct Told<M>(M);

struct Station<M: Payload>(harness::Station<Addr<Station<M>>>);

impl<M: Payload> Unpin for Station<M> {}

impl<M: Payload> Actor for Station<M> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(CAPACITY);
        self.0.initialized();
    }
}

impl<M: Payload> Handler<Told<M>> for Station<M> {
    type Result = ();

    fn handle(&mut self, Told(message): Told<M>, _: &mut Context<Self>) {
        if let Some((next, message)) = self.0.take(message) {
            next.do_send(Told(message));
        }
    }
}

/// A question.
struct Asked<M>(M);

impl<M: Payload> Message for Asked<M> {
    type Result = M;
}

struct Echo(harness::Echo);

impl Actor for Echo {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(CAPACITY);
        self.0.initialized();
    }
}

impl<M: Payload> Handler<Asked<M>> for Echo {
    type Result = MessageResult<Asked<M>>;

    fn handle(&mut self, Asked(question): Asked<M>, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.0.answer(question))
    }
}

struct Idler(harness::Idler);

impl Actor for Idler {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.set_mailbox_capacity(CAPACITY);
        self.0.initialized();
    }
}

impl Handler<Told<u64>> for Idler {
    type Result = ();

    fn handle(&mut self, Told(number): Told<u64>, _: &mut Context<Self>) {
        self.0.count(number);
    }
}

impl Framework for Actix {
    type Tell<M: Payload> = Addr<Station<M>>;
    type Ask<M: Payload> = Addr<Echo>;
    type Idle = Addr<Idler>;
    type Client = ();

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let system = System::new();
        match threads {
            Threads::Current => system.block_on(async {
                let workers = Arbiter::current();
                let main = actix::spawn(main(Arc::new(Self { workers })));
                main.await.expect("the workload ends well");
            }),
            Threads::Two => {
                let (workers, senders) =
                    system.block_on(async { (Arbiter::new(), Arbiter::new()) });
                let (done, ended) = oneshot::channel();
                let main = main(Arc::new(Self {
                    workers: workers.handle(),
                }));
                senders.spawn(async move {
                    main.await;
                    done.send(()).expect("the end is awaited");
                });
                system.block_on(ended).expect("the workload ends well");
                for arbiter in [senders, workers] {
                    arbiter.stop();
                    arbiter.join().expect("the thread ends well");
                }
            }
        }
    }

    fn client(&self, _: &str) {}

    async fn start_station<M: Payload>(
        &self,
        _: &str,
        station: harness::Station<Self::Tell<M>>,
    ) -> Self::Tell<M> {
        Station::start_in_arbiter(&self.workers, move |_| Station(station))
    }

    async fn start_echo<M: Payload>(&self, _: &str, echo: harness::Echo) -> Addr<Echo> {
        Echo::start_in_arbiter(&self.workers, move |_| Echo(echo))
    }

    async fn start_idle(&self, _: &str, idler: harness::Idler) -> Addr<Idler> {
        Idler::start_in_arbiter(&self.workers, move |_| Idler(idler))
    }

    async fn tell_idle(_: &(), to: &Addr<Idler>, number: u64) {
        to.try_send(Told(number)).expect("the worker has room");
    }

    /// An actor stops when its last address is dropped.
    async fn stop(&self, worker: Addr<Idler>) {
        drop(worker);
    }

    /// A message that finds no room is sent in the way that waits for room, and then for its handling.
    async fn tell<M: Payload>(_: &(), to: &Self::Tell<M>, message: M) {
        match to.try_send(Told(message)) {
            Ok(()) => {}
            Err(SendError::Full(told)) => to.send(told).await.expect("the worker lives"),
            Err(SendError::Closed(_)) => panic!("the worker lives"),
        }
    }

    async fn ask<M: Payload>(_: &(), to: &Addr<Echo>, question: M) -> M {
        to.send(Asked(question)).await.expect("the worker answers")
    }
}

fn main() {
    harness::main::<Actix>();
}
