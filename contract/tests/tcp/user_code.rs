//! Clauses 7 and 15 over a connection: code of a user can't harm it.

use std::cell::RefCell;

use ockam::{
    Context, ErrorKind, Result, Route, Sender, Worker, WorkerBuilder, async_worker, route,
};
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::Semaphore;

use crate::nodes::pair;
use crate::workers::{Echoer, quiet};

/// Its `Deserialize` panics, unless the number is even.
#[derive(Serialize, Debug, PartialEq)]
struct Poison(u64);

impl<'de> Deserialize<'de> for Poison {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            odd if odd % 2 == 1 => std::panic::panic_any("on purpose"),
            even => Ok(Self(even)),
        }
    }
}

#[tokio::test]
async fn a_message_whose_reading_panics_fails_alone() -> Result<()> {
    quiet();
    let pair = pair(["recorder", "echoer"]).await?;
    let (recorder, mut received) = Recorder::<Poison>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let route = route![&pair.connection, "recorder"];
    let error = soon(pair.client.ask::<()>(&route, Poison(1)))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error}");
    for number in 0..10_u64 {
        pair.client.send_message(&route, Poison(number)).await?;
    }
    for number in [0, 2, 4, 6, 8] {
        assert_eq!(soon(received.recv()).await, Some(Poison(number)));
    }
    pair.stop().await
}

/// Handles its messages when the test lets it.
struct Slow(
    &'static Semaphore,
    tokio::sync::mpsc::UnboundedSender<Poison>,
);

#[async_worker]
impl Worker for Slow {
    type Message = Poison;

    async fn handle_message(&mut self, _ctx: &mut Context, msg: Poison) -> Result<()> {
        self.0.acquire().await?.forget();
        let _ = self.1.send(msg);
        Ok(())
    }
}

#[tokio::test]
async fn a_message_whose_reading_panics_holds_up_none_behind_it() -> Result<()> {
    quiet();
    static GATE: Semaphore = Semaphore::const_new(0);
    let pair = pair(["slow", "echoer"]).await?;
    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let slow = WorkerBuilder::new("slow", Slow(&GATE, sender)).mailbox_capacity(1);
    slow.start(&pair.server).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    for number in 0..20_u64 {
        pair.client
            .send_message(route![&pair.connection, "slow"], Poison(number))
            .await?;
    }
    // The answer comes after them, so they wait.
    let route = route![&pair.connection, "echoer"];
    let _: String = soon(pair.client.ask(route, "there?".to_string())).await?;
    GATE.add_permits(20);
    for number in 0..10 {
        assert_eq!(soon(received.recv()).await, Some(Poison(2 * number)));
    }
    pair.stop().await
}

#[tokio::test]
async fn an_answer_whose_reading_panics_fails_its_ask_alone() -> Result<()> {
    quiet();
    let pair = pair("numbers").await?;
    let mut numbers = pair.server.open("numbers")?;
    let asks = ["one", "another"].map(|who| {
        let (sender, route) = (pair.client.sender(), route![&pair.connection, "numbers"]);
        tokio::spawn(async move { sender.ask::<Poison>(route, who.to_string()).await })
    });
    for number in 1..=2 {
        let question = soon(numbers.receive::<String>()).await?;
        numbers
            .send_message(question.return_route(), Poison(number))
            .await?;
    }
    let [one, another] = asks;
    let answers = [soon(one).await?, soon(another).await?];
    let failed = answers.iter().filter_map(|answer| answer.as_ref().err());
    let failed: Vec<ErrorKind> = failed.map(ockam::Error::kind).collect();
    assert_eq!(failed, [ErrorKind::WrongType]);
    assert!(
        answers.into_iter().flatten().eq([Poison(2)]),
        "the connection was not lost"
    );
    pair.stop().await
}

thread_local! {
    /// The sender and the route that a [`Chatty`] message uses while it is serialised.
    static TALK: RefCell<Option<(Sender, Route)>> = const { RefCell::new(None) };
}

/// The type that a [`Chatty`] message is deserialised as.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(rename = "Chatty")]
struct Plain(u64);

/// Sends another message through the same connection while it is serialised.
#[derive(Deserialize)]
struct Chatty(u64);

impl Serialize for Chatty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let talk = TALK.take();
        if let Some((sender, route)) = &talk {
            let sent = sender.try_send(route, Plain(self.0 + 1));
            sent.map_err(serde::ser::Error::custom)?;
        }
        TALK.set(talk);
        self.0.serialize(serializer)
    }
}

#[tokio::test]
async fn a_message_can_send_another_one_while_it_is_written() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<Plain>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let route = route![&pair.connection, "recorder"];
    TALK.set(Some((pair.client.sender(), route.clone())));
    for number in 0..10 {
        pair.client
            .send_message(&route, Chatty(10 * number))
            .await?;
    }
    TALK.set(None);
    for number in 0..10 {
        assert_eq!(soon(received.recv()).await, Some(Plain(10 * number + 1)));
        assert_eq!(soon(received.recv()).await, Some(Plain(10 * number)));
    }
    pair.stop().await
}

/// Its `Serialize` panics.
#[derive(Deserialize)]
struct Explosive;

impl Serialize for Explosive {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        std::panic::panic_any("on purpose")
    }
}

/// Sends a message whose `Serialize` panics.
struct Demolisher(Route);

#[async_worker]
impl Worker for Demolisher {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: u64) -> Result<()> {
        ctx.send_message(&self.0, Explosive).await
    }
}

#[tokio::test]
async fn a_message_whose_serialize_panics_ends_only_its_sender() -> Result<()> {
    quiet();
    let pair = pair("echoer").await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let route = route![&pair.connection, "echoer"];
    let demolisher = Demolisher(route.clone());
    pair.client.start_worker("demolisher", demolisher).await?;
    let error = soon(pair.client.ask::<()>("demolisher", 1_u64))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Panicked, "{error}");
    let answer: String = soon(pair.client.ask(&route, "goes on".to_string())).await?;
    assert_eq!(answer, "goes on");
    pair.stop().await
}
