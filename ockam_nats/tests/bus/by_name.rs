//! Messages to nodes by their names.

use std::time::{Duration, Instant};

use ockam::{Context, Error, ErrorKind, Result, Routed, Worker, async_worker, route};
use ockam_nats::NatsTransport;

use crate::kit::{Server, node, server};

struct Squarer;

#[async_worker]
impl Worker for Squarer {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        match number {
            0 => Err(Error::new(ErrorKind::Other, "zero is not squared here")),
            1 => panic!("one is not squared here"),
            _ => ctx.reply(number * number).await,
        }
    }
}

struct Sink(Vec<u64>);

#[async_worker]
impl Worker for Sink {
    type Message = u64;

    async fn handle_routed(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        match *msg.body() {
            u64::MAX => ctx.reply(self.0.clone()).await,
            number => {
                self.0.push(number);
                Ok(())
            }
        }
    }
}

struct Echoer;

#[async_worker]
impl Worker for Echoer {
    type Message = Vec<u8>;

    async fn handle_message(&mut self, ctx: &mut Context, bytes: Vec<u8>) -> Result<()> {
        ctx.reply(bytes).await
    }
}

async fn back(server: &Server) -> Result<(Context, NatsTransport)> {
    let (ctx, nats) = node(server, "back").await?;
    ctx.start_worker("squarer", Squarer).await?;
    ctx.start_worker("sink", Sink(Vec::new())).await?;
    ctx.start_worker("echoer", Echoer).await?;
    ctx.start_worker("hidden", Echoer).await?;
    nats.expose(["squarer", "sink", "echoer"]);
    Ok((ctx, nats))
}

#[tokio::test]
async fn an_ask_is_answered_and_its_failures_are_told() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, _) = back(&server).await?;
    let (front, nats) = node(&server, "front").await?;
    let squarer = route![nats.node("back"), "squarer"];

    assert_eq!(front.ask::<u64>(squarer.clone(), 7_u64).await?, 49);
    let failed = front.ask::<u64>(squarer.clone(), 0_u64).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Other);
    let failed = front.ask::<u64>(squarer, 1_u64).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Panicked);
    let wrong = front
        .ask::<u64>(route![nats.node("back"), "echoer"], 7_u64)
        .await;
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::WrongType);

    front.stop().await?;
    back.stop().await
}

#[tokio::test]
async fn nothing_is_reached_that_is_not_exposed() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, back_nats) = back(&server).await?;
    let (front, nats) = node(&server, "front").await?;
    for address in ["hidden", "nobody"] {
        let asked = front.ask::<Vec<u8>>(route![nats.node("back"), address], vec![1_u8]);
        assert_eq!(asked.await.unwrap_err().kind(), ErrorKind::UnknownAddress);
    }
    back_nats.conceal("echoer");
    let asked = front.ask::<Vec<u8>>(route![nats.node("back"), "echoer"], vec![1_u8]);
    assert_eq!(asked.await.unwrap_err().kind(), ErrorKind::UnknownAddress);
    assert_eq!(back.denied(), 3);
    front.stop().await?;
    back.stop().await
}

#[tokio::test]
async fn a_node_that_is_not_there_is_unknown_at_once() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (front, nats) = node(&server, "front").await?;
    let begun = Instant::now();
    let asked = front
        .ask::<u64>(route![nats.node("nobody"), "squarer"], 7_u64)
        .await;
    let error = asked.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownAddress, "{error:#}");
    assert!(error.to_string().contains("nobody"), "{error:#}");
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "not by a deadline"
    );

    let asked = front
        .ask::<u64>(route![nats.node("no.body"), "squarer"], 7_u64)
        .await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::InvalidInput);
    front.stop().await
}

#[tokio::test]
async fn messages_of_a_sender_come_in_order_and_none_is_lost() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, _) = back(&server).await?;
    let (front, nats) = node(&server, "front").await?;
    let sink = route![nats.node("back"), "sink"];
    for number in 0..20_000_u64 {
        front.send_message(sink.clone(), number).await?;
    }
    let taken: Vec<u64> = front.ask(sink, u64::MAX).await?;
    assert!(taken.into_iter().eq(0..20_000));
    front.stop().await?;
    back.stop().await
}

#[tokio::test]
async fn bodies_beyond_a_message_of_the_server_are_cut_and_put_together() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, _) = back(&server).await?;
    let (front, nats) = node(&server, "front").await?;
    let echoer = route![nats.node("back"), "echoer"];
    // The server takes 1 MiB.
    let bytes: Vec<u8> = (0..5_000_000_u32).map(|number| number as u8).collect();
    let echoed: Vec<u8> = front.ask(echoer.clone(), bytes.clone()).await?;
    assert!(echoed == bytes);
    // A frame has 16 MiB at most.
    let asked = front
        .ask::<Vec<u8>>(echoer, vec![0_u8; 17 * 1024 * 1024])
        .await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::InvalidInput);
    front.stop().await?;
    back.stop().await
}

#[tokio::test]
async fn a_node_reaches_itself_by_its_name() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (back, nats) = back(&server).await?;
    let reply: u64 = back
        .ask(route![nats.node("back"), "squarer"], 5_u64)
        .await?;
    assert_eq!(reply, 25);
    back.stop().await
}

#[tokio::test]
async fn a_node_has_one_transport_and_gives_the_second_name_back() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (front, _nats) = node(&server, "front").await?;
    let second = NatsTransport::connect(&front, server.url(), "other").await;
    assert_eq!(second.unwrap_err().kind(), ErrorKind::AddressTaken);
    let (other, _nats) = node(&server, "other").await?;
    other.stop().await?;
    front.stop().await
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() -> Result<()> {
    let front = ockam::NodeBuilder::new().start().await?;
    let refused = NatsTransport::connect(&front, "nats://127.0.0.1:1", "front").await;
    let error = refused.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoRoute);
    assert!(error.to_string().contains("127.0.0.1:1"), "{error:#}");
    for (server, name) in [("what is this", "front"), ("nats://127.0.0.1:1", "a.b")] {
        let refused = NatsTransport::connect(&front, server, name).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    front.stop().await
}
