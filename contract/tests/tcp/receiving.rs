//! Clause 12: messages from another node are received in the same way as messages from this one.

use ockam::{Any, Context, ErrorKind, Result, route};
use ockam_contract::pace::soon;

use crate::nodes::{Pair, pair};
use crate::workers::Do;

/// Starts a pair of nodes. The server exposes its `app` and another mailbox.
async fn open() -> Result<(Pair, Context)> {
    let pair = pair(["app", "inbox"]).await?;
    let inbox = pair.server.open("inbox")?;
    Ok((pair, inbox))
}

#[tokio::test]
async fn the_first_message_of_a_type_is_taken_and_the_others_stay() -> Result<()> {
    let (mut pair, inbox) = open().await?;
    let route = route![&pair.connection, "app"];
    pair.client.send_message(&route, "one".to_string()).await?;
    pair.client.send_message(&route, Do::Fail).await?;
    pair.client.send_message(&route, "two".to_string()).await?;
    pair.client.send_message(&route, Do::Wait).await?;
    assert_eq!(soon(pair.server.receive::<Do>()).await?, Do::Fail);
    let matching = pair
        .server
        .receive_matching::<String>(|text| text.starts_with('t'));
    assert_eq!(soon(matching).await?, "two");
    assert_eq!(soon(pair.server.receive::<String>()).await?, "one");
    assert_eq!(soon(pair.server.receive::<Do>()).await?, Do::Wait);
    drop(inbox);
    pair.stop().await
}

#[tokio::test]
async fn a_mailbox_that_was_opened_receives_and_answers() -> Result<()> {
    let (pair, mut inbox) = open().await?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "inbox"]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(route, "what?".to_string()).await });
    let question = soon(inbox.receive::<String>()).await?;
    assert_eq!(question, "what?");
    inbox.send_message(question.return_route(), 42_u64).await?;
    assert_eq!(soon(asked).await??, 42);
    pair.stop().await
}

#[tokio::test]
async fn what_is_received_as_any_is_still_what_it_was() -> Result<()> {
    let (mut pair, _inbox) = open().await?;
    let route = route![&pair.connection, "app"];
    pair.client.send_message(&route, Do::Drop).await?;
    let any = soon(pair.server.receive::<Any>()).await?;
    assert_eq!(any.downcast_ref::<Do>(), Some(&Do::Drop));
    assert!(!any.is::<String>());
    assert_eq!(any.into_body().downcast::<Do>().ok(), Some(Do::Drop));
    pair.stop().await
}

#[tokio::test]
async fn a_question_that_is_received_and_dropped_gets_no_reply() -> Result<()> {
    let (mut pair, _inbox) = open().await?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "app"]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(route, Do::Answer).await });
    drop(soon(pair.server.receive::<Do>()).await?);
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoReply, "{error}");
    pair.stop().await
}
