//! Clauses 3 and 5 over a connection: a message of another type is an error, and local-only messages
//! never leave the node.

use ockam::{ErrorKind, LocalOnly, Message, Result, Worker, async_worker, route};
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;
use serde::{Deserialize, Serialize, Serializer};

use crate::nodes::{Pair, pair};
use crate::workers::Sends;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Deposit {
    cents: u64,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Withdraw {
    cents: u64,
}

/// A [`Deposit`] with the name that another program uses.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(rename = "Deposit")]
struct PayIn {
    cents: u64,
}

/// Answers with another type than its asker waits for.
struct Bank;

#[async_worker]
impl Worker for Bank {
    type Message = Deposit;

    async fn handle_message(&mut self, ctx: &mut ockam::Context, msg: Deposit) -> Result<()> {
        ctx.reply(Withdraw { cents: msg.cents }).await
    }
}

#[tokio::test]
async fn a_question_of_another_type_fails_and_both_types_are_named() -> Result<()> {
    let pair = pair("bank").await?;
    pair.server.start_worker("bank", Bank).await?;
    let route = route![&pair.connection, "bank"];
    let asked = pair.client.ask::<Withdraw>(&route, Withdraw { cents: 5 });
    let error = soon(asked).await.expect_err("it is no deposit");
    assert_eq!(error.kind(), ErrorKind::WrongType);
    let text = error.to_string();
    for named in ["0#bank", "`Deposit`", "`Withdraw`", pair.connection.peer()] {
        assert!(text.contains(named), "{named} in {text}");
    }
    let answer: Withdraw = soon(pair.client.ask(&route, PayIn { cents: 5 })).await?;
    assert_eq!(
        answer,
        Withdraw { cents: 5 },
        "a renamed type is the type of that name"
    );
    pair.stop().await
}

#[tokio::test]
async fn an_answer_of_another_type_is_an_error_that_names_both() -> Result<()> {
    let pair = pair("bank").await?;
    pair.server.start_worker("bank", Bank).await?;
    let asked = pair
        .client
        .ask::<Deposit>(route![&pair.connection, "bank"], Deposit { cents: 5 });
    let error = soon(asked).await.expect_err("it is no deposit");
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error:#}");
    let text = format!("{error:#}");
    assert!(
        text.contains("`Withdraw`") && text.contains("`Deposit`"),
        "{text}"
    );
    pair.stop().await
}

#[tokio::test]
async fn bytes_that_are_not_the_type_to_the_last_one_are_refused() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<u64>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let route = route![&pair.connection, "recorder"];
    for (number, sent) in [vec![0; 7], vec![0; 9], vec![]].into_iter().enumerate() {
        let asked = pair.client.ask::<u64>(&route, sent);
        let error = soon(asked).await.expect_err("it is no u64");
        assert_eq!(error.kind(), ErrorKind::WrongType, "{number}: {error}");
        assert!(error.to_string().contains("0#recorder"), "{error}");
    }
    pair.client.send_message(&route, 8_u64).await?;
    assert_eq!(soon(received.recv()).await, Some(8));
    pair.stop().await
}

/// A local-only message.
#[derive(PartialEq, Debug)]
struct Job(u64);

impl Message for Job {}

/// Its `Serialize` returns an error.
#[derive(Deserialize, PartialEq, Debug)]
struct Shy(u64);

impl Serialize for Shy {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("not in public"))
    }
}

/// Sends a message in all ways. It comes back with an error that names its type.
async fn stays<M: Message>(pair: &Pair, make: impl Fn(u64) -> M, name: &str) -> Result<()> {
    let (ctx, sender) = (&pair.client, pair.client.sender());
    let route = route![&pair.connection, "nobody"];
    let (blocking, on_thread, message) = (sender.clone(), route.clone(), make(4));
    let blocking = tokio::task::spawn_blocking(move || blocking.blocking_send(on_thread, message));
    let errors = [
        ctx.send_message(&route, make(0)).await,
        ctx.try_send(&route, make(1)),
        sender.send_message(&route, make(2)).await,
        sender.try_send(&route, make(3)),
        blocking.await?,
        ctx.ask::<()>(&route, make(5)).await,
        sender.ask::<()>(&route, make(6)).await,
    ];
    for sent in errors {
        let mut error = sent.expect_err("it can't leave the node");
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:#}");
        assert!(error.to_string().contains(name), "{error}");
        assert!(error.take::<M>().is_some(), "it comes back");
    }
    Ok(())
}

#[tokio::test]
async fn a_message_that_can_not_leave_its_node_comes_back() -> Result<()> {
    let pair = pair("nobody").await?;
    stays(&pair, Job, "Job").await?;
    stays(
        &pair,
        |number| LocalOnly(std::cell::Cell::new(number)),
        "LocalOnly",
    )
    .await?;
    stays(&pair, Shy, "Shy").await?;
    pair.stop().await
}

#[tokio::test]
async fn a_worker_of_a_local_only_type_takes_nothing_from_elsewhere() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, _received) = Recorder::<Job>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let route = route![&pair.connection, "recorder"];
    let error = soon(pair.client.ask::<()>(route, 7_u64)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongType, "{error}");
    assert!(error.to_string().contains("0#recorder"), "{error}");
    pair.stop().await
}

#[tokio::test]
async fn a_worker_that_can_not_send_a_message_gets_it_back_at_once() -> Result<()> {
    let pair = pair("nobody").await?;
    let (sends, mut failures) = Sends::<Job>::new(route![&pair.connection, "nobody"]);
    pair.client.start_worker("sends", sends).await?;
    let error = soon(pair.client.ask::<()>("sends", Job(7)))
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::InvalidInput,
        "its handler returned the error: {error}"
    );
    assert!(failures.try_recv().is_err(), "it is not told twice");
    pair.stop().await
}
