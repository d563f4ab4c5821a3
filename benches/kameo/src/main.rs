//! kameo, with bounded mailboxes.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use harness::{CAPACITY, Framework, Payload, Threads};
use kameo::Actor;
use kameo::actor::{ActorRef, Spawn};
use kameo::mailbox;
use kameo::message::{Context, Message};

struct Kameo;

struct Station<M: Payload>(harness::Station<ActorRef<Station<M>>>);

impl<M: Payload> Actor for Station<M> {
    type Args = Self;
    type Error = Infallible;

    async fn on_start(station: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
        station.0.initialized();
        Ok(station)
    }
}

impl<M: Payload> Message<M> for Station<M> {
    type Reply = ();

    async fn handle(&mut self, message: M, _: &mut Context<Self, ()>) {
        if let Some((next, message)) = self.0.take(message) {
            next.tell(message).await.expect("the ring is closed");
        }
    }
}

struct Echo(harness::Echo);

impl Actor for Echo {
    type Args = Self;
    type Error = Infallible;

    async fn on_start(echo: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
        echo.0.initialized();
        Ok(echo)
    }
}

impl<M: Payload> Message<M> for Echo {
    type Reply = Result<M, Infallible>;

    async fn handle(&mut self, question: M, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        Ok(self.0.answer(question))
    }
}

struct Idler(harness::Idler);

impl Actor for Idler {
    type Args = Self;
    type Error = Infallible;

    async fn on_start(idler: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
        idler.0.initialized();
        Ok(idler)
    }
}

impl Message<u64> for Idler {
    type Reply = ();

    async fn handle(&mut self, number: u64, _: &mut Context<Self, ()>) {
        self.0.count(number);
    }
}

impl Framework for Kameo {
    type Tell<M: Payload> = ActorRef<Station<M>>;
    type Ask<M: Payload> = ActorRef<Echo>;
    type Idle = ActorRef<Idler>;
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
        station: harness::Station<Self::Tell<M>>,
    ) -> Self::Tell<M> {
        Station::spawn_with_mailbox(Station(station), mailbox::bounded(CAPACITY))
    }

    async fn start_echo<M: Payload>(&self, _: &str, echo: harness::Echo) -> ActorRef<Echo> {
        Echo::spawn_with_mailbox(Echo(echo), mailbox::bounded(CAPACITY))
    }

    async fn start_idle(&self, _: &str, idler: harness::Idler) -> ActorRef<Idler> {
        Idler::spawn_with_mailbox(Idler(idler), mailbox::bounded(CAPACITY))
    }

    async fn tell_idle(_: &(), to: &ActorRef<Idler>, number: u64) {
        to.tell(number).await.expect("the worker lives");
    }

    async fn stop(&self, worker: ActorRef<Idler>) {
        worker.stop_gracefully().await.expect("the worker lives");
        worker.wait_for_shutdown().await;
    }

    async fn tell<M: Payload>(_: &(), to: &Self::Tell<M>, message: M) {
        to.tell(message).await.expect("the worker lives");
    }

    async fn ask<M: Payload>(_: &(), to: &ActorRef<Echo>, question: M) -> M {
        to.ask(question).await.expect("the worker answers")
    }
}

fn main() {
    harness::main::<Kameo>();
}
