//! ractor, whose mailboxes are unbounded. Built without its tracing of message spans.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use harness::{Echo, Framework, Idler, Payload, Threads};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};

struct Ractor;

/// What a station keeps: the actor itself is shared in ractor, its state is not.
type Station<M> = harness::Station<ActorRef<M>>;

struct Stationed<M>(PhantomData<fn(M)>);

impl<M: Payload> Actor for Stationed<M> {
    type Msg = M;
    type State = Station<M>;
    type Arguments = Station<M>;

    async fn pre_start(
        &self,
        _: ActorRef<M>,
        station: Station<M>,
    ) -> Result<Station<M>, ActorProcessingErr> {
        station.initialized();
        Ok(station)
    }

    async fn handle(
        &self,
        _: ActorRef<M>,
        message: M,
        station: &mut Station<M>,
    ) -> Result<(), ActorProcessingErr> {
        if let Some((next, message)) = station.take(message) {
            next.cast(message).expect("the ring is closed");
        }
        Ok(())
    }
}

/// A question and the way back.
type Question<M> = (M, RpcReplyPort<M>);

struct Echoing<M>(PhantomData<fn(M)>);

impl<M: Payload> Actor for Echoing<M> {
    type Msg = Question<M>;
    type State = Echo;
    type Arguments = Echo;

    async fn pre_start(
        &self,
        _: ActorRef<Question<M>>,
        echo: Echo,
    ) -> Result<Echo, ActorProcessingErr> {
        echo.initialized();
        Ok(echo)
    }

    async fn handle(
        &self,
        _: ActorRef<Question<M>>,
        (question, answer): Question<M>,
        echo: &mut Echo,
    ) -> Result<(), ActorProcessingErr> {
        assert!(
            answer.send(echo.answer(question)).is_ok(),
            "the asker waits"
        );
        Ok(())
    }
}

struct Resting;

impl Actor for Resting {
    type Msg = u64;
    type State = Idler;
    type Arguments = Idler;

    async fn pre_start(&self, _: ActorRef<u64>, idler: Idler) -> Result<Idler, ActorProcessingErr> {
        idler.initialized();
        Ok(idler)
    }

    async fn handle(
        &self,
        _: ActorRef<u64>,
        number: u64,
        idler: &mut Idler,
    ) -> Result<(), ActorProcessingErr> {
        idler.count(number);
        Ok(())
    }
}

impl Framework for Ractor {
    type Tell<M: Payload> = ActorRef<M>;
    type Ask<M: Payload> = ActorRef<Question<M>>;
    type Idle = ActorRef<u64>;
    type Client = ();

    fn run<F, Fut>(threads: Threads, main: F)
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        harness::run_on_tokio(threads, || main(Arc::new(Self)));
    }

    fn client(&self, _: &str) {}

    async fn start_station<M: Payload>(&self, _: &str, station: Station<M>) -> ActorRef<M> {
        let started = Actor::spawn(None, Stationed(PhantomData), station).await;
        started.expect("the worker starts").0
    }

    async fn start_echo<M: Payload>(&self, _: &str, echo: Echo) -> ActorRef<Question<M>> {
        let started = Actor::spawn(None, Echoing(PhantomData), echo).await;
        started.expect("the worker starts").0
    }

    async fn start_idle(&self, _: &str, idler: Idler) -> ActorRef<u64> {
        let started = Actor::spawn(None, Resting, idler).await;
        started.expect("the worker starts").0
    }

    async fn tell_idle(_: &(), to: &ActorRef<u64>, number: u64) {
        to.cast(number).expect("the worker lives");
    }

    async fn stop(&self, worker: ActorRef<u64>) {
        let stopped = worker.drain_and_wait(None).await;
        stopped.expect("the worker stops");
    }

    async fn tell<M: Payload>(_: &(), to: &ActorRef<M>, message: M) {
        to.cast(message).expect("the worker lives");
    }

    async fn ask<M: Payload>(_: &(), to: &ActorRef<Question<M>>, question: M) -> M {
        let asked = to.call(|answer| (question, answer), None).await;
        asked
            .expect("the worker lives")
            .expect("the worker answers")
    }
}

fn main() {
    harness::main::<Ractor>();
}
