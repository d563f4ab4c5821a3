//! Peers that send nothing, or read nothing.

use std::time::Duration;

use ockam::{ErrorKind, Result, TransportSettings, WorkerBuilder, route};
use ockam_contract::gated::{Event, gated};
use ockam_contract::pace::soon;
use tokio::net::TcpListener;

use crate::nodes::{Setup, connecting, listening};
use crate::raw::{Raw, text};
use crate::workers::Echoer;

/// Settings that make a node notice a silent peer soon.
fn attentive() -> TransportSettings {
    TransportSettings::new()
        .heartbeat(Duration::from_millis(30))
        .idle_timeout(Duration::from_millis(300))
}

#[tokio::test]
async fn a_peer_of_ours_that_falls_silent_is_given_up() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (ctx, tcp) = connecting(attentive()).await?;
    let (connection, mut raw) = tokio::join!(tcp.connect(&address), Raw::accept_ours(&listener));
    let connection = connection?;
    let (sender, route) = (ctx.sender(), route![&connection, "echoer"]);
    let asked = tokio::spawn(async move { sender.ask::<u64>(route, 7_u64).await });
    assert!(raw.next().await.is_some(), "the question");
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.to_string().contains("silent"), "{error}");
    raw.closed().await;
    // The node connects again.
    drop(Raw::accept(&listener).await);
    let before = std::time::Instant::now();
    soon(ctx.stop()).await?;
    assert!(
        before.elapsed() < Duration::from_secs(5),
        "nothing is left to be sent"
    );
    Ok(())
}

#[tokio::test]
async fn a_peer_that_gives_signs_of_life_is_not_given_up() -> Result<()> {
    let (server, listener) = listening(attentive(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::ours(listener.local_address()).await;
    // Far longer than the idle timeout. The peer sends a heartbeat for each heartbeat of the node.
    for _ in 0..30 {
        raw.next_sign_of_life().await;
        raw.sign_of_life().await;
    }
    raw.echo().await;
    drop(raw);
    soon(server.stop()).await
}

#[tokio::test]
async fn two_nodes_that_have_nothing_to_say_stay_connected() -> Result<()> {
    let setup = Setup {
        server_tcp: attentive(),
        client_tcp: attentive(),
        ..Setup::default()
    };
    let pair = setup.start(["gated", "echoer"]).await?;
    pair.server.start_worker("echoer", Echoer).await?;
    let (worker, mut gate) = gated();
    let worker = WorkerBuilder::new("gated", worker);
    worker.start(&pair.server).await?;
    let (sender, route) = (pair.client.sender(), route![&pair.connection, "gated"]);
    let asked = tokio::spawn(async move {
        sender
            .ask_timeout::<u64>(route, 7_u64, Duration::from_secs(1))
            .await
    });
    assert_eq!(gate.next().await, Event::Begun(7));
    let error = soon(asked).await?.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::TimedOut,
        "the connection was not lost: {error}"
    );
    gate.open_for_good();
    pair.stop().await
}

#[tokio::test]
async fn a_peer_of_upstream_may_be_silent() -> Result<()> {
    let (server, listener) = listening(attentive(), "echoer").await?;
    server.start_worker("echoer", Echoer).await?;
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.echo().await;
    // Another peer, a node of this framework, shows that time passes.
    let mut clock = Raw::ours(listener.local_address()).await;
    for _ in 0..30 {
        clock.next_sign_of_life().await;
        clock.sign_of_life().await;
    }
    raw.echo().await;
    drop((raw, clock));
    soon(server.stop()).await
}

#[tokio::test]
async fn a_peer_that_reads_nothing_is_given_up() -> Result<()> {
    let settings = attentive().frame_timeout(Duration::from_millis(300));
    let (server, listener) = listening(settings, "app").await?;
    let mut server = server;
    let mut raw = Raw::upstream(listener.local_address()).await;
    raw.tell(route!["app"], route!["raw"], &text("send me something"))
        .await;
    let back = soon(server.receive::<String>())
        .await?
        .return_route()
        .clone();
    let error = loop {
        match soon(server.send_message(&back, vec![0_u8; 256 * 1024])).await {
            Ok(()) => {}
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error.kind(), ErrorKind::Stopped | ErrorKind::UnknownAddress),
        "{error}"
    );
    drop(raw);
    soon(server.stop()).await
}
