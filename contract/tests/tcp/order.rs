//! Clause 2 over a connection: order per sender and receiver, at most once.

use ockam::{NodeBuilder, Result, WorkerBuilder, route};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;
use ockam_contract::recorder::Recorder;
use tokio::task::JoinSet;

use crate::nodes::{Setup, pair};

const MESSAGES: u64 = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_messages_arrive_in_order_and_once() -> Result<()> {
    let pair = pair("recorder").await?;
    let (recorder, mut received) = Recorder::<u64>::new();
    pair.server.start_worker("recorder", recorder).await?;
    let route = route![&pair.connection, "recorder"];
    for number in 0..MESSAGES {
        pair.client.send_message(&route, number).await?;
    }
    for number in 0..MESSAGES {
        assert_eq!(soon(received.recv()).await, Some(number));
    }
    let server = pair.server;
    pair.client.stop().await?;
    soon(server.stop()).await?;
    assert_eq!(received.recv().await, None, "nothing came twice");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_many_senders_is_received_in_order_through_a_small_mailbox() -> Result<()> {
    const SENDERS: u64 = 6;
    const EACH: u64 = 1_500;
    let pair = pair(["recorder", "alias", "hop"]).await?;
    let (recorder, mut received) = Recorder::<(u64, u64)>::new();
    let recorder = WorkerBuilder::new(vec!["recorder", "alias"], recorder).mailbox_capacity(7);
    recorder.start(&pair.server).await?;
    let mut senders = JoinSet::<Result<()>>::new();
    for own in 0..SENDERS {
        let home = pair.client.open(format!("sender-{own}"))?;
        let way = ["recorder", "alias"][own as usize % 2];
        let route = route![&pair.connection, way];
        senders.spawn(async move {
            for number in 0..EACH {
                let message = (own, number);
                match home.try_send(&route, message) {
                    Ok(()) => {}
                    Err(_) => home.send_message(&route, message).await?,
                }
            }
            Ok(())
        });
    }
    let mut next = [0; SENDERS as usize];
    for _ in 0..SENDERS * EACH {
        let (own, number) = soon(received.recv()).await.expect("the recorder lives");
        let expected = &mut next[own as usize];
        assert_eq!(number, *expected, "of sender {own}");
        *expected += 1;
    }
    for sent in senders.join_all().await {
        sent?;
    }
    pair.stop().await
}

#[tokio::test]
async fn order_holds_behind_a_worker_that_forwards_and_when_mailboxes_are_full() -> Result<()> {
    let setup = Setup {
        server: NodeBuilder::new().mailbox_capacity(3),
        ..Setup::default()
    };
    let pair = setup.start(["hop", "recorder"]).await?;
    let (recorder, mut received) = Recorder::<u64>::new();
    pair.server.start_worker("recorder", recorder).await?;
    pair.server.start_worker("hop", Hop).await?;
    let route = route![&pair.connection, "hop", "recorder"];
    for number in 0..3_000_u64 {
        pair.client.send_message(&route, number).await?;
    }
    for number in 0..3_000_u64 {
        assert_eq!(soon(received.recv()).await, Some(number));
    }
    pair.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_questions_at_once_get_their_own_answers() -> Result<()> {
    let pair = pair("echoer").await?;
    pair.server
        .start_worker("echoer", crate::workers::Echoer)
        .await?;
    let mut asks = JoinSet::<Result<()>>::new();
    for number in 0..1_000 {
        let (sender, route) = (pair.client.sender(), route![&pair.connection, "echoer"]);
        asks.spawn(async move {
            let question = number.to_string();
            let answer: String = sender.ask(route, question.clone()).await?;
            assert_eq!(answer, question);
            Ok(())
        });
    }
    for asked in soon(asks.join_all()).await {
        asked?;
    }
    pair.stop().await
}
