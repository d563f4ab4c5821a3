//! What holds over TCP, over the bus.

use futures_util::StreamExt as _;
use ockam::{Context, Result, Worker, async_worker, route};

use crate::kit::{node, server};

struct Counter;

#[async_worker]
impl Worker for Counter {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, count: u64) -> Result<()> {
        let numbers = futures_util::stream::iter(0..count);
        ctx.reply_stream(numbers).await
    }
}

#[tokio::test]
async fn an_answer_goes_on_over_the_bus() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, back_nats) = node(&server, "back").await?;
    back.start_worker("counter", Counter).await?;
    back_nats.expose("counter");
    let (front, nats) = node(&server, "front").await?;
    let counter = route![nats.node("back"), "counter"];
    let mut numbers = front.sender().ask_stream::<u64>(counter, 3_000_u64).await?;
    let mut expected = 0;
    while let Some(number) = numbers.next().await {
        assert_eq!(number?, expected);
        expected += 1;
    }
    assert_eq!(expected, 3_000);
    front.stop().await?;
    back.stop().await
}

struct Slow;

#[async_worker]
impl Worker for Slow {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        if number == u64::MAX {
            return ctx.reply(ctx.time_left().is_some()).await;
        }
        ctx.send_message("witness", 0_u64).await?;
        ctx.cancelled().await;
        ctx.send_message("witness", number).await
    }
}

#[tokio::test]
async fn deadlines_and_cancellation_travel() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, back_nats) = node(&server, "back").await?;
    let mut witness = back.open("witness")?;
    back.start_worker("slow", Slow).await?;
    back_nats.expose("slow");
    let (front, nats) = node(&server, "front").await?;
    let slow = route![nats.node("back"), "slow"];
    assert!(front.ask::<bool>(slow.clone(), u64::MAX).await?);
    let asking = tokio::spawn({
        let (sender, slow) = (front.sender(), slow.clone());
        async move { sender.ask::<u64>(slow, 5_u64).await }
    });
    assert_eq!(witness.receive::<u64>().await?, 0, "it has begun");
    asking.abort();
    assert_eq!(witness.receive::<u64>().await?, 5);
    front.stop().await?;
    back.stop().await
}

#[tokio::test]
async fn a_slow_worker_slows_down_those_who_send_to_it_and_nobody_else() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, back_nats) = node(&server, "back").await?;
    back.start_worker("counter", Counter).await?;
    back_nats.expose("counter");
    let mut closed = back.open("closed")?;
    back_nats.expose("closed");
    let (front, nats) = node(&server, "front").await?;
    let to_closed = route![nats.node("back"), "closed"];
    let mut sent = 0_u64;
    // Its mailbox takes 1,024, and as many may be on the way.
    while front.try_send(to_closed.clone(), vec![0_u8; 1000]).is_ok() {
        sent += 1;
        assert!(sent < 100_000, "nothing slows it down");
        tokio::task::yield_now().await;
    }
    let counter = route![nats.node("back"), "counter"];
    let mut numbers = front.sender().ask_stream::<u64>(counter, 2_u64).await?;
    assert_eq!(numbers.next().await.transpose()?, Some(0));
    for _ in 0..sent {
        closed.receive::<Vec<u8>>().await?;
    }
    front.stop().await?;
    back.stop().await
}
