//! xtra, with bounded mailboxes. A message that is told is detached from its answer.

use std::future::Future;
use std::sync::Arc;

use harness::{CAPACITY, Framework, Payload, Threads};
use tokio::task::JoinHandle;
use xtra::{Actor, Address, Context, Handler, Mailbox};

struct Xtra;

struct Station<M: Payload>(harness::Station<Address<Station<M>>>);

impl<M: Payload> Actor for Station<M> {
    type Stop = ();

    async fn started(&mut self, _: &Mailbox<Self>) -> Result<(), ()> {
        self.0.initialized();
        Ok(())
    }

    async fn stopped(self) {}
}

impl<M: Payload> Handler<M> for Station<M> {
    type Return = ();

    async fn handle(&mut self, message: M, _: &mut Context<Self>) {
        if let Some((next, message)) = self.0.take(message) {
            let sent = next.send(message).detach().await;
            drop(sent.expect("the ring is closed"));
        }
    }
}

struct Echo(harness::Echo);

impl Actor for Echo {
    type Stop = ();

    async fn started(&mut self, _: &Mailbox<Self>) -> Result<(), ()> {
        self.0.initialized();
        Ok(())
    }

    async fn stopped(self) {}
}

impl<M: Payload> Handler<M> for Echo {
    type Return = M;

    async fn handle(&mut self, question: M, _: &mut Context<Self>) -> M {
        self.0.answer(question)
    }
}

struct Idler(harness::Idler);

impl Actor for Idler {
    type Stop = ();

    async fn started(&mut self, _: &Mailbox<Self>) -> Result<(), ()> {
        self.0.initialized();
        Ok(())
    }

    async fn stopped(self) {}
}

impl Handler<u64> for Idler {
    type Return = ();

    async fn handle(&mut self, number: u64, _: &mut Context<Self>) {
        self.0.count(number);
    }
}

impl Framework for Xtra {
    type Tell<M: Payload> = Address<Station<M>>;
    type Ask<M: Payload> = Address<Echo>;
    type Idle = (Address<Idler>, JoinHandle<()>);
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
        xtra::spawn_tokio(Station(station), Mailbox::bounded(CAPACITY))
    }

    async fn start_echo<M: Payload>(&self, _: &str, echo: harness::Echo) -> Address<Echo> {
        xtra::spawn_tokio(Echo(echo), Mailbox::bounded(CAPACITY))
    }

    async fn start_idle(&self, _: &str, idler: harness::Idler) -> Self::Idle {
        let (address, mailbox) = Mailbox::bounded(CAPACITY);
        let task = tokio::spawn(xtra::run(mailbox, Idler(idler)));
        (address, task)
    }

    async fn tell_idle(_: &(), (address, _): &Self::Idle, number: u64) {
        let sent = address.send(number).detach().await;
        drop(sent.expect("the worker lives"));
    }

    async fn stop(&self, (address, task): Self::Idle) {
        drop(address);
        task.await.expect("the worker ends well");
    }

    async fn tell<M: Payload>(_: &(), to: &Self::Tell<M>, message: M) {
        let sent = to.send(message).detach().await;
        drop(sent.expect("the worker lives"));
    }

    async fn ask<M: Payload>(_: &(), to: &Address<Echo>, question: M) -> M {
        to.send(question).await.expect("the worker answers")
    }
}

fn main() {
    harness::main::<Xtra>();
}
