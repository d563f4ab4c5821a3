//! Nodes and servers that are lost, and come back.

use std::time::{Duration, Instant};

use ockam::{Context, ErrorKind, Result, Worker, async_worker, route};

use crate::kit::{Server, example, node, server};

/// Far below the deadline of an ask, which is 30 s, and above the idle timeout of 2 s.
const SOON: Duration = Duration::from_secs(12);

struct Silent;

#[async_worker]
impl Worker for Silent {
    type Message = u64;

    async fn handle_message(&mut self, _ctx: &mut Context, _number: u64) -> Result<()> {
        std::future::pending().await
    }
}

struct Doubler;

#[async_worker]
impl Worker for Doubler {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, number: u64) -> Result<()> {
        ctx.reply(2 * number).await
    }
}

/// Asks again and again until it is answered.
async fn ask_until_answered(ctx: &Context, route: ockam::Route, number: u64) -> u64 {
    let begun = Instant::now();
    loop {
        match ctx.ask::<u64>(route.clone(), number).await {
            Ok(answer) => return answer,
            Err(error) => assert!(begun.elapsed() < 2 * SOON, "{error:#}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_was_under_way_to_a_node_that_is_killed_is_unknown_soon() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let killed = example("nats_back", &["back", &server.url()]);
    killed.expect("back is there");
    let (front, nats) = node(&server, "front").await?;
    let squarer = route![nats.node("back"), "squarer"];
    assert_eq!(front.ask::<u64>(squarer.clone(), 3_u64).await?, 9);

    // It takes the question from the bus when it is continued, which never comes.
    killed.signal("STOP");
    let asking = tokio::spawn({
        let (sender, squarer) = (front.sender(), squarer.clone());
        async move { sender.ask::<u64>(squarer, 4_u64).await }
    });
    let begun = Instant::now();
    killed.signal("KILL");
    assert_eq!(asking.await?.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());

    // The connection is refused from then on, by the server: nobody is there.
    let asked = front.ask::<u64>(squarer.clone(), 5_u64).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::UnknownAddress);

    // It comes back under its name, at the same address.
    let again = example("nats_back", &["other", &server.url()]);
    again.expect("other is there");
    let other = route![nats.node("other"), "squarer"];
    assert_eq!(front.ask::<u64>(other, 6_u64).await?, 36);
    front.stop().await
}

#[tokio::test]
async fn a_node_that_comes_back_is_reached_at_the_same_address() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (front, nats) = node(&server, "front").await?;
    let doubler = route![nats.node("back"), "doubler"];
    for round in 1..=3 {
        let (back, back_nats) = node(&server, "back").await?;
        back.start_worker("doubler", Doubler).await?;
        back_nats.expose("doubler");
        assert_eq!(
            ask_until_answered(&front, doubler.clone(), round).await,
            2 * round
        );
        back.stop().await?;
    }
    front.stop().await
}

async fn pair(server: &Server) -> Result<(Context, Context, ockam::Address)> {
    let (back, back_nats) = node(server, "back").await?;
    back.start_worker("doubler", Doubler).await?;
    back.start_worker("silent", Silent).await?;
    back_nats.expose(["doubler", "silent"]);
    let (front, nats) = node(server, "front").await?;
    Ok((back, front, nats.node("back")))
}

#[tokio::test]
async fn what_was_under_way_when_the_server_is_lost_is_unknown_and_all_goes_on_with_the_next()
-> Result<()> {
    let Some(mut server) = server() else {
        return Ok(());
    };
    let (back, front, address) = pair(&server).await?;
    let doubler = route![address.clone(), "doubler"];
    assert_eq!(front.ask::<u64>(doubler.clone(), 1_u64).await?, 2);
    let asking = tokio::spawn({
        let (sender, silent) = (front.sender(), route![address.clone(), "silent"]);
        async move { sender.ask::<u64>(silent, 4_u64).await }
    });
    // It is on its way when a later one is answered.
    assert_eq!(front.ask::<u64>(doubler.clone(), 2_u64).await?, 4);
    server.kill();
    let begun = Instant::now();
    assert_eq!(asking.await?.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    server.restart();
    assert_eq!(ask_until_answered(&front, doubler, 5).await, 10);
    front.stop().await?;
    back.kill_worker("silent").await?;
    back.stop().await
}

#[tokio::test]
async fn a_node_stops_in_time_without_its_server() -> Result<()> {
    let Some(mut server) = server() else {
        return Ok(());
    };
    let (back, front, address) = pair(&server).await?;
    assert_eq!(
        front.ask::<u64>(route![address, "doubler"], 1_u64).await?,
        2
    );
    server.kill();
    let begun = Instant::now();
    front.stop().await?;
    back.kill_worker("silent").await?;
    back.stop().await?;
    assert!(begun.elapsed() < 3 * SOON, "{:?}", begun.elapsed());
    Ok(())
}
