//! Rules for what comes from other nodes.

use std::time::Duration;

use ockam::{Allow, Connection, Context, ErrorKind, Result, Subject, WorkerBuilder, route};
use ockam_contract::connected::pair;
use ockam_contract::pace::soon;

use super::Vault;

/// What the node exposes.
const EXPOSED: [&str; 3] = ["vault", "open", "nobody"];

async fn refusal(client: &Context, connection: &Connection, name: &str) -> String {
    let asked = client.ask::<String>(route![connection, name], "x".to_owned());
    let error = soon(asked).await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::UnknownAddress, "{error}");
    format!("{error:#} {error:?}").replace(name, "…")
}

#[tokio::test]
async fn a_refusal_looks_as_if_nobody_was_there() -> Result<()> {
    let (server, client, connection) = pair(EXPOSED).await?;
    let rule = Allow::only(["clerk"]);
    WorkerBuilder::new("vault", Vault)
        .incoming(rule)
        .start(&server)
        .await?;
    let refused = refusal(&client, &connection, "vault").await;
    assert_eq!(refused, refusal(&client, &connection, "nobody").await);
    for _ in 0..100 {
        soon(client.send_message(route![&connection, "vault"], "x".to_owned())).await?;
    }
    // All of them have come when the answer does.
    refusal(&client, &connection, "vault").await;
    assert_eq!(server.inspect_worker("vault")?.queued, 0);
    let clerk = server.open("clerk")?;
    assert_eq!(
        soon(clerk.ask::<String>("vault", "y".to_owned())).await?,
        "y"
    );
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn a_rule_knows_that_a_message_is_from_another_node() -> Result<()> {
    let (server, client, connection) = pair(EXPOSED).await?;
    let local = |sender: &Subject| !sender.is_remote();
    WorkerBuilder::new("vault", Vault)
        .incoming(local)
        .start(&server)
        .await?;
    let remote = |sender: &Subject| sender.is_remote();
    WorkerBuilder::new("open", Vault)
        .incoming(remote)
        .start(&server)
        .await?;
    refusal(&client, &connection, "vault").await;
    assert_eq!(server.ask::<String>("vault", "x".to_owned()).await?, "x");
    let asked = client.ask::<String>(route![&connection, "open"], "x".to_owned());
    assert_eq!(soon(asked).await?, "x");
    let refused = server.ask::<String>("open", "x".to_owned()).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Denied);
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn a_connection_is_one_sender_that_is_decided_about_once() -> Result<()> {
    let (server, client, connection) = pair(EXPOSED).await?;
    let (asked, mut was_asked) = tokio::sync::mpsc::unbounded_channel();
    let vault = WorkerBuilder::new("vault", Vault).admit(Duration::MAX, move |sender: Subject| {
        let asked = asked.clone();
        async move {
            // The test reads it to the end.
            let _ = asked.send(sender.is_remote());
            tokio::task::yield_now().await;
            Ok(true)
        }
    });
    vault.start(&server).await?;
    for number in 0..200 {
        let sent = client.send_message(route![&connection, "vault"], number.to_string());
        soon(sent).await?;
    }
    let mut client = client;
    for number in 0..200 {
        // The answers come in the order of the messages.
        assert_eq!(soon(client.receive::<String>()).await?, number.to_string());
    }
    assert_eq!(was_asked.recv().await, Some(true));
    assert!(was_asked.try_recv().is_err());
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn a_refusal_is_counted_and_told_with_who_and_where() -> Result<()> {
    let (server, client, connection) = pair(EXPOSED).await?;
    let mut feed = server.denial_feed();
    let vault = WorkerBuilder::new("vault", Vault).incoming(Allow::nobody());
    vault.start(&server).await?;
    WorkerBuilder::new("open", Vault)
        .admit(Duration::MAX, async |_: Subject| Ok(false))
        .start(&server)
        .await?;
    for name in ["vault", "open"] {
        refusal(&client, &connection, name).await;
        let denial = soon(feed.next()).await.expect("the node lives");
        assert_eq!(denial.to, name);
        assert!(denial.from.contains("127.0.0.1:"), "{}", denial.from);
    }
    assert_eq!(server.denied(), 2);
    // What was refused to a worker of this node is its own error.
    server.try_send("vault", "x".to_owned()).unwrap_err();
    assert_eq!(server.denied(), 2);
    soon(client.stop()).await?;
    soon(server.stop()).await
}
