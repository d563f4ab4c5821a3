//! A loop of `select!`, which drops a future in every iteration.

use std::sync::Arc;

use ockam::{NodeBuilder, Result, Sender};
use ockam_contract::pace::soon;
use tokio::sync::Notify;
use tokio::task::yield_now;

const MESSAGES: u64 = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receive_in_a_select_loses_nothing() -> Result<()> {
    let mut ctx = NodeBuilder::new().mailbox_capacity(3).start().await?;
    let sender = ctx.sender();
    let sending = tokio::spawn(async move {
        for number in 0..MESSAGES {
            sender.send_message("app", number).await?;
        }
        Result::<()>::Ok(())
    });
    let mut next = 0;
    while next < MESSAGES {
        tokio::select! {
            biased;
            received = ctx.receive::<u64>() => {
                assert_eq!(received?, next);
                next += 1;
            }
            () = yield_now() => {}
        }
    }
    soon(sending).await.expect("the task does not panic")
}

/// Sends each number once, gives up if the send has to wait, and returns the sent numbers.
async fn send_or_give_up(sender: &Sender, given_up: &Notify) -> Result<Vec<u64>> {
    let mut sent = Vec::new();
    for number in 0..MESSAGES {
        tokio::select! {
            biased;
            accepted = sender.send_message("app", number) => {
                accepted?;
                sent.push(number);
            }
            () = yield_now() => given_up.notify_one(),
        }
    }
    sender.send_message("app", MESSAGES).await?;
    Ok(sent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_in_a_select_is_sent_once_or_not_at_all() -> Result<()> {
    let mut ctx = NodeBuilder::new().mailbox_capacity(2).start().await?;
    let (sender, given_up) = (ctx.sender(), Arc::new(Notify::new()));
    let gives_up = given_up.clone();
    let sending = tokio::spawn(async move { send_or_give_up(&sender, &gives_up).await });

    soon(given_up.notified()).await;
    let mut received = Vec::new();
    loop {
        let number = soon(ctx.receive::<u64>()).await?.into_body();
        if number == MESSAGES {
            break;
        }
        received.push(number);
    }
    let sent = soon(sending).await.expect("the task does not panic")?;
    assert_eq!(received, sent);
    Ok(())
}
