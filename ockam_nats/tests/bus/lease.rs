//! Names that are leased.

use std::time::{Duration, Instant};

use ockam::{Context, ErrorKind, Result, Worker, async_worker, route};
use ockam_nats::NatsOptions;

use crate::kit::{node, node_with, server};

const LEASE: Duration = Duration::from_secs(1);

fn short() -> NatsOptions {
    NatsOptions::new().lease(LEASE)
}

#[tokio::test]
async fn a_second_node_of_one_name_is_refused_with_who_has_it() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (first, _nats) = node_with(&server, "back", short()).await?;
    // Longer than a lease: it is renewed.
    let waiting = node_with(&server, "back", short().wait_for_name()).await;
    let error = waiting.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressTaken);
    let process = format!("process {}", std::process::id());
    let text = error.to_string();
    assert!(text.contains("`back`") && text.contains(&process), "{text}");
    first.stop().await
}

#[tokio::test]
async fn a_node_that_stops_gives_its_name_back() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let mut last = 0;
    for _ in 0..3 {
        let (ctx, nats) = node(&server, "back").await?;
        assert!(nats.incarnation()? > last);
        last = nats.incarnation()?;
        ctx.stop().await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_name_of_a_node_that_has_crashed_is_free_after_a_lease() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    // So that the bucket has the short lease.
    let (witness, _nats) = node_with(&server, "witness", short()).await?;
    let crashing = crate::kit::example("nats_back", &["back", &server.url()]);
    crashing.expect("back is there");
    crashing.signal("KILL");
    let begun = Instant::now();
    let refused = node_with(&server, "back", short()).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::AddressTaken);
    let (back, _nats) = node_with(&server, "back", short().wait_for_name()).await?;
    assert!(begun.elapsed() < 2 * LEASE, "{:?}", begun.elapsed());
    back.stop().await?;
    witness.stop().await
}

#[tokio::test]
async fn another_lease_than_that_of_the_bucket_is_refused() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (witness, _nats) = node_with(&server, "witness", short()).await?;
    let refused = node_with(&server, "back", NatsOptions::new().lease(3 * LEASE)).await;
    let error = refused.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains("1s") && error.to_string().contains("3s"),
        "{error:#}"
    );
    let refused = node_with(&server, "back", NatsOptions::new().lease(LEASE / 4)).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
    witness.stop().await
}

struct Squarer(tokio::sync::mpsc::UnboundedSender<u64>);

#[async_worker]
impl Worker for Squarer {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        let _ = self.0.send(number);
        ctx.reply(number * number).await
    }
}

#[tokio::test]
async fn a_node_that_was_paused_for_longer_than_its_lease_serves_nothing_more() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (front, nats) = node_with(&server, "front", short()).await?;
    let squarer = route![nats.node("back"), "squarer"];
    let paused = crate::kit::example("nats_back", &["back", &server.url()]);
    paused.expect("back is there");
    assert_eq!(front.ask::<u64>(squarer.clone(), 1_u64).await?, 1);
    paused.expect("back squares 1");

    // All that is sent now waits where the paused process finds it when it goes on: before its lease is looked at by
    // anything else.
    paused.signal("STOP");
    for number in 1000..1100_u64 {
        front.send_message(squarer.clone(), number).await?;
    }
    let (served, mut serves) = tokio::sync::mpsc::unbounded_channel();
    let (second, second_nats) = node_with(&server, "back", short().wait_for_name()).await?;
    second.start_worker("squarer", Squarer(served)).await?;
    second_nats.expose("squarer");
    paused.signal("CONT");
    let begun = Instant::now();
    while front.ask::<u64>(squarer.clone(), 2_u64).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
    assert_eq!(serves.recv().await, Some(2));

    // The paused one has nothing to say but that it has lost its name.
    let text = "has lost its name: `back` is the name of another node";
    while !paused.errors().contains(text) {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{}",
            paused.errors()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for number in 10..60_u64 {
        assert_eq!(
            front.ask::<u64>(squarer.clone(), number).await?,
            number * number
        );
        assert_eq!(serves.recv().await, Some(number));
    }
    assert_eq!(paused.line_within(Duration::ZERO), None);
    front.stop().await?;
    second.stop().await
}

#[tokio::test]
async fn a_node_whose_server_was_away_for_longer_than_its_lease_is_there_again() -> Result<()> {
    let Some(mut server) = server() else {
        return Ok(());
    };
    let (back, back_nats) = node_with(&server, "back", short()).await?;
    let (front, nats) = node_with(&server, "front", short()).await?;
    let (served, _serves) = tokio::sync::mpsc::unbounded_channel();
    back.start_worker("squarer", Squarer(served)).await?;
    back_nats.expose("squarer");
    let squarer = route![nats.node("back"), "squarer"];
    assert_eq!(front.ask::<u64>(squarer.clone(), 3_u64).await?, 9);
    let before = back_nats.incarnation()?;
    server.kill();
    let begun = Instant::now();
    while back_nats.incarnation().is_ok() {
        assert!(begun.elapsed() < 4 * LEASE);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(
        back_nats.incarnation().unwrap_err().kind(),
        ErrorKind::NoRoute
    );
    server.restart();
    while front.ask::<u64>(squarer.clone(), 4_u64).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(back_nats.incarnation()? > before);
    front.stop().await?;
    back.stop().await
}
