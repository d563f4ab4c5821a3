//! coerce, whose mailboxes are unbounded.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use coerce::actor::context::ActorContext;
use coerce::actor::message::{Handler, Message};
use coerce::actor::scheduler::ActorType::Anonymous;
use coerce::actor::system::ActorSystem;
use coerce::actor::{Actor, LocalActorRef};
use harness::{Framework, Payload, Threads};

struct Coerce {
    system: ActorSystem,
}

/// A message that is told.
struct Told<M>(M);

impl<M: Payload> Message for Told<M> {
    type Result = ();
}

struct Station<M: Payload>(harness::Station<LocalActorRef<Station<M>>>);

#[async_trait]
impl<M: Payload> Actor for Station<M> {
    async fn started(&mut self, _: &mut ActorContext) {
        self.0.initialized();
    }
}

#[async_trait]
impl<M: Payload> Handler<Told<M>> for Station<M> {
    async fn handle(&mut self, Told(message): Told<M>, _: &mut ActorContext) {
        if let Some((next, message)) = self.0.take(message) {
            next.notify(Told(message)).expect("the ring is closed");
        }
    }
}

/// A question.
struct Asked<M>(M);

impl<M: Payload> Message for Asked<M> {
    type Result = M;
}

struct Echo(harness::Echo);

#[async_trait]
impl Actor for Echo {
    async fn started(&mut self, _: &mut ActorContext) {
        self.0.initialized();
    }
}

#[async_trait]
impl<M: Payload> Handler<Asked<M>> for Echo {
    async fn handle(&mut self, Asked(question): Asked<M>, _: &mut ActorContext) -> M {
        self.0.answer(question)
    }
}

struct Idler(harness::Idler);

#[async_trait]
impl Actor for Idler {
    async fn started(&mut self, _: &mut ActorContext) {
        self.0.initialized();
    }
}

#[async_trait]
impl Handler<Told<u64>> for Idler {
    async fn handle(&mut self, Told(number): Told<u64>, _: &mut ActorContext) {
        self.0.count(number);
    }
}

impl Framework for Coerce {
    type Tell<M: Payload> = LocalActorRef<Station<M>>;
    type Ask<M: Payload> = LocalActorRef<Echo>;
    type Idle = LocalActorRef<Idler>;
    type Client = ();

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        harness::run_on_tokio(threads, || {
            let system = ActorSystem::new();
            main(Arc::new(Self { system }))
        });
    }

    fn client(&self, _: &str) {}

    async fn start_station<M: Payload>(
        &self,
        name: &str,
        station: harness::Station<Self::Tell<M>>,
    ) -> Self::Tell<M> {
        let started = self
            .system
            .new_actor(name, Station(station), Anonymous)
            .await;
        started.expect("the worker starts")
    }

    async fn start_echo<M: Payload>(&self, name: &str, echo: harness::Echo) -> LocalActorRef<Echo> {
        let started = self.system.new_actor(name, Echo(echo), Anonymous).await;
        started.expect("the worker starts")
    }

    async fn start_idle(&self, name: &str, idler: harness::Idler) -> LocalActorRef<Idler> {
        let started = self.system.new_actor(name, Idler(idler), Anonymous).await;
        started.expect("the worker starts")
    }

    async fn tell_idle(_: &(), to: &LocalActorRef<Idler>, number: u64) {
        to.notify(Told(number)).expect("the worker lives");
    }

    async fn stop(&self, worker: LocalActorRef<Idler>) {
        worker.stop().await.expect("the worker stops");
    }

    async fn tell<M: Payload>(_: &(), to: &Self::Tell<M>, message: M) {
        to.notify(Told(message)).expect("the worker lives");
    }

    async fn ask<M: Payload>(_: &(), to: &LocalActorRef<Echo>, question: M) -> M {
        to.send(Asked(question)).await.expect("the worker answers")
    }
}

fn main() {
    harness::main::<Coerce>();
}
