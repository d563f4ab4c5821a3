//! Clause 4 over a connection: failures are reported to the asker or the sender at once, with a kind.

mod answers;
mod handlers;

use std::time::{Duration, Instant};

use ockam::{Error, ErrorKind, Result, Worker, async_worker, route};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;

use crate::nodes::{Pair, dead_letters, pair};
use crate::workers::{Careless, Do, Echoer, Moody, Sends, quiet};

/// Asks a worker of the server a question that gets no answer. The error comes long before the
/// deadline.
async fn refused<M: ockam::Message>(pair: &Pair, to: &str, question: M) -> Error {
    let before = Instant::now();
    let route = route![&pair.connection, to];
    let asked = pair
        .client
        .ask_timeout::<u64>(route, question, Duration::from_secs(600));
    let error = soon(asked).await.expect_err("there is no answer");
    assert!(before.elapsed() < Duration::from_secs(60));
    assert!(
        error.to_string().contains(pair.connection.peer()),
        "{error}"
    );
    error
}

#[tokio::test]
async fn a_question_to_an_address_that_nobody_has_fails_at_once() -> Result<()> {
    let pair = pair("nobody").await?;
    let error = refused(&pair, "nobody", Do::Answer).await;
    assert_eq!(error.kind(), ErrorKind::UnknownAddress);
    assert!(error.to_string().contains("0#nobody"), "{error}");
    pair.stop().await
}

#[tokio::test]
async fn a_question_that_gets_no_answer_fails_at_once() -> Result<()> {
    quiet();
    let pair = pair("moody").await?;
    pair.server.start_worker("moody", Moody).await?;
    for (question, kind) in [
        (Do::Drop, ErrorKind::NoReply),
        (Do::Fail, ErrorKind::InvalidInput),
        (Do::FailWithoutKind, ErrorKind::Other),
        (Do::Panic, ErrorKind::Panicked),
    ] {
        let error = refused(&pair, "moody", question).await;
        assert_eq!(error.kind(), kind, "{question:?}: {error}");
        let printed = format!("{error:#} {error:?}");
        assert!(
            !printed.contains("secret"),
            "the text stays there: {printed}"
        );
    }
    pair.stop().await
}

/// Fails with a text that no other test uses.
struct Confides;

#[async_worker]
impl Worker for Confides {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut ockam::Context, _msg: u64) -> Result<()> {
        Err(Error::new(ErrorKind::Other, "kept in the log of one node"))
    }
}

#[tokio::test]
async fn the_error_of_a_handler_is_found_in_its_log_by_the_number_that_is_told() -> Result<()> {
    let pair = pair("confides").await?;
    pair.server.start_worker("confides", Confides).await?;
    let error = refused(&pair, "confides", 7_u64).await;
    let text = error.to_string();
    let number = text.split("error ").nth(1);
    let number = number.and_then(|rest| rest.split(' ').next());
    let number = number.expect("the error has a number");
    let lines = crate::log_lines::lines_with("kept in the log of one node");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(&format!("(error {number})")), "{lines:?}");
    pair.stop().await
}

#[tokio::test]
async fn a_question_to_a_worker_that_is_stopped_or_killed_meanwhile_fails_at_once() -> Result<()> {
    let pair = pair(["moody", "gated"]).await?;
    let (worker, mut gate) = gated();
    pair.server.start_worker("gated", worker).await?;
    let asks = [1_u64, 2].map(|number| {
        let (sender, route) = (pair.client.sender(), route![&pair.connection, "gated"]);
        tokio::spawn(async move { sender.ask::<u64>(route, number).await })
    });
    assert!(matches!(gate.next().await, Event::Begun(_)));
    // The second question is in the mailbox behind the first one, or still in flight.
    pair.server.kill_worker("gated").await?;
    for asked in asks {
        let error = soon(asked).await?.expect_err("there is no answer");
        assert!(
            matches!(
                error.kind(),
                ErrorKind::NoReply | ErrorKind::Stopped | ErrorKind::UnknownAddress
            ),
            "{error}"
        );
    }
    pair.stop().await
}

#[tokio::test]
async fn the_deadline_of_a_question_goes_with_it_and_ends_it() -> Result<()> {
    let pair = pair("moody").await?;
    pair.server.start_worker("moody", Moody).await?;
    let route = route![&pair.connection, "moody"];
    let asked = pair
        .client
        .ask_timeout::<u64>(route, Do::Wait, Duration::from_millis(50));
    let error = soon(asked).await.expect_err("there is no answer");
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    pair.server.kill_worker("moody").await?;
    pair.stop().await
}

#[tokio::test]
async fn a_worker_is_told_what_became_of_the_message_that_it_sent() -> Result<()> {
    let pair = pair(["nobody", "recorder"]).await?;
    let (recorder, _ignored) = Recorder::<String>::new();
    pair.server.start_worker("recorder", recorder).await?;
    for (to, kind) in [
        ("nobody", ErrorKind::UnknownAddress),
        ("hidden", ErrorKind::UnknownAddress),
        ("recorder", ErrorKind::WrongType),
    ] {
        let (sends, mut failures) = Sends::<Do>::new(route![&pair.connection, to]);
        pair.client.start_worker("sends", sends).await?;
        for _ in 0..3 {
            pair.client.send_message("sends", Do::Answer).await?;
        }
        for _ in 0..3 {
            let failure = soon(failures.recv()).await.expect("the worker lives");
            assert_eq!(failure.kind(), kind, "{failure}");
            assert!(
                failure.to_string().contains(&format!("0#{to}")),
                "{failure}"
            );
            assert!(
                failure.to_string().contains(pair.connection.peer()),
                "{failure}"
            );
        }
        pair.client.stop_worker("sends").await?;
    }
    assert_eq!(
        pair.client.dead_letters() + pair.server.dead_letters(),
        0,
        "all were told"
    );
    pair.stop().await
}

#[tokio::test]
async fn an_unhandled_failure_is_counted() -> Result<()> {
    let pair = pair("nobody").await?;
    let careless = Careless(vec![route![&pair.connection, "nobody"]]);
    pair.client.start_worker("careless", careless).await?;
    pair.client.send_message("careless", 1_u64).await?;
    dead_letters(&pair.client, 1).await;
    // The context of `main` doesn't handle it either.
    let route = route![&pair.connection, "nobody"];
    pair.client.send_message(route, 2_u64).await?;
    dead_letters(&pair.client, 2).await;
    assert_eq!(
        pair.server.dead_letters(),
        0,
        "it is counted where the sender is"
    );
    pair.stop().await
}

#[tokio::test]
async fn a_failure_whose_sender_is_gone_is_counted() -> Result<()> {
    let pair = pair("gated").await?;
    let (worker, mut gate) = gated();
    pair.server.start_worker("gated", worker).await?;
    let (sends, _failures) = Sends::<u64>::new(route![&pair.connection, "gated"]);
    pair.client.start_worker("sends", sends).await?;
    pair.client.send_message("sends", 1_u64).await?;
    assert_eq!(gate.next().await, Event::Begun(1));
    pair.client.stop_worker("sends").await?;
    // A queued message is lost with its worker, and it has no asker.
    pair.client
        .send_message(route![&pair.connection, "gated"], 2_u64)
        .await?;
    pair.server.kill_worker("gated").await?;
    // Messages that are sent from here on are refused. Their sender is `app`, which doesn't handle
    // failures.
    pair.client
        .send_message(route![&pair.connection, "gated"], 3_u64)
        .await?;
    ockam_contract::eventually::eventually("all are counted", || {
        pair.client.dead_letters() + pair.server.dead_letters() == 2
    })
    .await;
    pair.stop().await
}

#[tokio::test]
async fn a_message_that_is_longer_than_a_frame_may_be_is_refused_at_the_sender() -> Result<()> {
    let pair = pair("echoer").await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let route = route![&pair.connection, "echoer"];
    let long = "x".repeat(16 * 1024 * 1024);
    let errors = [
        pair.client.send_message(&route, long.clone()).await,
        pair.client.try_send(&route, long.clone()),
        pair.client
            .ask::<String>(&route, long.clone())
            .await
            .map(|_| ()),
    ];
    for sent in errors {
        let mut error = sent.expect_err("it is too long");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            error.to_string().contains("exceeds the limit of 16777216"),
            "{error}"
        );
        assert_eq!(
            error.take::<String>().as_ref().map(String::len),
            Some(long.len())
        );
    }
    let answer: String = soon(pair.client.ask(&route, "and now?".to_string())).await?;
    assert_eq!(answer, "and now?", "the connection goes on");
    let long = "x".repeat(16 * 1024 * 1024 - 1024);
    let answer: String = soon(pair.client.ask(&route, long.clone())).await?;
    assert!(answer == long, "a little less goes through, there and back");
    pair.stop().await
}
