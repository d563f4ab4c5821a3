//! A failed delivery keeps its place among the messages of the worker that is told of it: behind all that
//! its mailbox had accepted before, and in front of what came after.

use std::sync::Arc;

use ockam::{Context, Error, Result, Sender, Worker, async_worker, route};
use ockam_contract::pace::{poll_once, soon};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Semaphore, oneshot};

use crate::nodes::{Pair, pair};
use crate::workers::Echoer;

/// What happened to a [`Told`] worker.
#[derive(PartialEq, Debug)]
enum Event {
    Begun(u64),
    /// It was told that a message to this address was not delivered.
    Undelivered(String),
}

use Event::{Begun, Undelivered};

/// Writes down its messages, and what it is told, each when the test lets it.
struct Told {
    /// Where its sender goes when it starts.
    test: Option<oneshot::Sender<Sender>>,
    events: UnboundedSender<Event>,
    gate: Arc<Semaphore>,
}

#[async_worker]
impl Worker for Told {
    type Message = u64;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        if let Some(test) = self.test.take() {
            // The test waits for it.
            let _ = test.send(ctx.sender());
        }
        Ok(())
    }

    async fn handle_message(&mut self, _ctx: &mut Context, msg: u64) -> Result<()> {
        self.events.send(Begun(msg))?;
        self.gate.acquire().await?.forget();
        Ok(())
    }

    async fn undelivered(&mut self, _ctx: &mut Context, failure: Error) -> Result<()> {
        let to = failure.to_string();
        let to = ["nobody", "nowhere"].into_iter().find(|it| to.contains(it));
        self.events
            .send(Undelivered(to.unwrap_or_default().to_owned()))?;
        self.gate.acquire().await?.forget();
        Ok(())
    }
}

/// A worker whose messages to the other node fail, and the test's side of it.
struct Scene {
    pair: Pair,
    /// Sends in the name of the worker.
    worker: Sender,
    events: UnboundedReceiver<Event>,
    gate: Arc<Semaphore>,
}

impl Scene {
    async fn set() -> Result<Self> {
        let pair = pair("echoer").await?;
        pair.server.start_worker("echoer", Echoer).await?;
        let (sender, events) = unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let (test, worker) = oneshot::channel();
        let told = Told {
            test: Some(test),
            events: sender,
            gate: gate.clone(),
        };
        pair.client.start_worker("told", told).await?;
        Ok(Self {
            worker: soon(worker).await?,
            pair,
            events,
            gate,
        })
    }

    /// Sends the worker a message.
    async fn message(&self, number: u64) -> Result<()> {
        self.pair.client.send_message("told", number).await
    }

    /// Sends a message in the name of the worker that can't be delivered, and waits until the node knows.
    async fn failure(&self, to: &str) -> Result<()> {
        let connection = &self.pair.connection;
        self.worker
            .send_message(route![connection, to], 7_u64)
            .await?;
        // The report may come in one batch with the first answer, behind it, and comes before the second.
        for _ in 0..2 {
            let question = "there?".to_string();
            let _: String =
                soon(self.pair.client.ask(route![connection, "echoer"], question)).await?;
        }
        Ok(())
    }

    /// Lets the worker go on, and expects what happens to it.
    async fn expect(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            assert_eq!(soon(self.events.recv()).await, Some(event));
            self.gate.add_permits(1);
        }
    }
}

fn undelivered(to: &str) -> Event {
    Undelivered(to.to_owned())
}

#[tokio::test]
async fn a_failure_is_told_behind_what_was_accepted_before_it_and_before_what_came_after()
-> Result<()> {
    let mut scene = Scene::set().await?;
    for number in 0..3 {
        scene.message(number).await?;
    }
    scene.failure("nobody").await?;
    scene.message(3).await?;
    scene
        .expect([
            Begun(0),
            Begun(1),
            Begun(2),
            undelivered("nobody"),
            Begun(3),
        ])
        .await;
    scene.pair.stop().await
}

#[tokio::test]
async fn each_of_several_failures_keeps_its_own_place() -> Result<()> {
    for to in [["nobody"; 3], ["nobody", "nowhere", "nobody"]] {
        let mut scene = Scene::set().await?;
        scene.message(0).await?;
        for (number, to) in (1..).zip(to) {
            scene.failure(to).await?;
            scene.message(number).await?;
        }
        scene.expect([Begun(0)]).await;
        for (number, to) in (1..).zip(to) {
            scene.expect([undelivered(to), Begun(number)]).await;
        }
        scene.pair.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_failure_that_comes_while_another_one_is_told_keeps_its_place() -> Result<()> {
    let mut scene = Scene::set().await?;
    scene.failure("nobody").await?;
    assert_eq!(soon(scene.events.recv()).await, Some(undelivered("nobody")));
    scene.message(1).await?;
    scene.failure("nowhere").await?;
    scene.gate.add_permits(1);
    scene.expect([Begun(1), undelivered("nowhere")]).await;
    scene.pair.stop().await
}

/// A place that is given back is none that a message was accepted for.
#[tokio::test]
async fn a_sender_that_gives_up_delays_no_failure() -> Result<()> {
    let mut scene = Scene::set().await?;
    scene.message(0).await?;
    assert_eq!(soon(scene.events.recv()).await, Some(Begun(0)));
    // Fills the mailbox, and waits for room behind it.
    let mut last = 0;
    while scene.pair.client.try_send("told", last + 1).is_ok() {
        last += 1;
    }
    let sender = scene.pair.client.sender();
    let mut gives_up = Box::pin(sender.send_message("told", 0_u64));
    assert!(poll_once(&mut gives_up).await.is_pending());
    scene.gate.add_permits(1);
    scene.expect((1..last).map(Begun)).await;
    // The last one is being handled: there is room, which is granted to the sender.
    assert_eq!(soon(scene.events.recv()).await, Some(Begun(last)));
    scene.failure("nobody").await?;
    drop(gives_up);
    scene.message(last + 1).await?;
    scene.gate.add_permits(1);
    scene.expect([undelivered("nobody"), Begun(last + 1)]).await;
    scene.pair.stop().await
}
