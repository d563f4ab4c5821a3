//! Which nodes there are.

use std::time::{Duration, Instant};

use ockam::{Context, Down, DownReason, Result, Worker, async_worker};
use ockam_nats::{NatsNode, NatsTransport};

use crate::kit::{example, node, server};

struct Nothing;

#[async_worker]
impl Worker for Nothing {
    type Message = u64;
}

/// Looks at the nodes until they are as they should be.
async fn nodes(nats: &NatsTransport, what: &str, are: impl Fn(&[NatsNode]) -> bool) {
    let begun = Instant::now();
    while !are(&nats.nodes()) {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{what}: {:?}",
            nats.nodes()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn names(nodes: &[NatsNode]) -> Vec<&str> {
    nodes.iter().map(|node| node.name.as_str()).collect()
}

#[tokio::test]
async fn nodes_and_workers_are_found() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (front, nats) = node(&server, "front").await?;
    nodes(&nats, "it knows itself", |it| names(it) == ["front"]).await;
    let (back, back_nats) = node(&server, "back").await?;
    back.start_worker("worker", Nothing).await?;
    back_nats.expose("worker");
    nodes(&nats, "both", |it| names(it) == ["back", "front"]).await;
    // The one that came later knows those who were there.
    nodes(&back_nats, "both", |it| names(it) == ["back", "front"]).await;
    let incarnation = back_nats.incarnation()?;
    assert!(nats.nodes()[0].incarnation == incarnation && nats.nodes()[0].is_reachable);

    let begun = Instant::now();
    while nats.workers("worker") != ["back"] {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(nats.workers("nobody"), [""; 0]);
    back_nats.serve("group", "worker").await?;
    nodes(&nats, "its group", |it| it[0].groups == ["group"]).await;
    back_nats.conceal("worker");
    while !nats.workers("worker").is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    back.stop().await?;
    nodes(&nats, "it has left", |it| names(it) == ["front"]).await;
    front.stop().await
}

async fn next(ctx: &mut Context) -> Result<DownReason> {
    let down = ctx.receive::<Down>().await?;
    assert_eq!(down.address().to_string(), "78#back");
    Ok(down.reason().clone())
}

#[tokio::test]
async fn a_node_that_is_silent_is_unreachable_and_one_that_says_goodbye_has_ended() -> Result<()> {
    let Some(server) = server() else {
        return Ok(());
    };
    let (mut front, nats) = node(&server, "front").await?;
    let back = example("nats_back", &["back", &server.url()]);
    back.expect("back is there");
    let reply: u64 = front
        .ask(ockam::route![nats.node("back"), "squarer"], 3_u64)
        .await?;
    assert_eq!(reply, 9);
    nats.monitor(&front, "back")?;

    back.signal("STOP");
    let begun = Instant::now();
    assert!(matches!(next(&mut front).await?, DownReason::Unreachable));
    let (took, limit) = (begun.elapsed(), Duration::from_secs(2));
    // A busy machine may take a moment more.
    assert!(took < limit + Duration::from_secs(1), "{took:?}");
    nodes(&nats, "silent", |it| !it[0].is_reachable).await;
    back.signal("CONT");
    assert!(matches!(next(&mut front).await?, DownReason::Restarted(_)));
    nodes(&nats, "there again", |it| it[0].is_reachable).await;

    back.signal("INT");
    back.end();
    // Its connection ends before it says goodbye.
    let mut reason = next(&mut front).await?;
    if matches!(reason, DownReason::Unreachable) {
        reason = next(&mut front).await?;
    }
    assert!(
        !matches!(reason, DownReason::Unreachable | DownReason::Restarted(_)),
        "{reason:?}"
    );
    nodes(&nats, "it has left", |it| names(it) == ["front"]).await;
    front.stop().await
}

#[tokio::test]
async fn a_node_that_has_crashed_is_unreachable_and_comes_back_as_another_incarnation() -> Result<()>
{
    let Some(server) = server() else {
        return Ok(());
    };
    let (mut front, nats) = node(&server, "front").await?;
    let back = example("nats_back", &["back", &server.url()]);
    back.expect("back is there");
    let squarer = ockam::route![nats.node("back"), "squarer"];
    assert_eq!(front.ask::<u64>(squarer, 3_u64).await?, 9);
    nats.monitor(&front, "back")?;
    nodes(&nats, "there", |it| it[0].name == "back").await;
    let before = nats.nodes()[0].incarnation;
    back.signal("KILL");
    let begun = Instant::now();
    assert!(matches!(next(&mut front).await?, DownReason::Unreachable));
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    nodes(&nats, "silent, and not gone", |it| {
        it[0].name == "back" && !it[0].is_reachable
    })
    .await;

    let options = ockam_nats::NatsOptions::new().wait_for_name();
    let (again, _nats) = crate::kit::node_with(&server, "back", options).await?;
    assert!(matches!(next(&mut front).await?, DownReason::Restarted(_)));
    nodes(&nats, "newer", |it| {
        it[0].incarnation > before && it[0].is_reachable
    })
    .await;
    front.stop().await?;
    again.stop().await
}
